package dev.troth.testkit.sim;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionListener;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Counts what one instance tells. */
final class Watcher implements TransactionListener {
    private final World world;
    private final Life life;
    private final Predicate<Gid> isOwn;
    private final Set<BranchId> known = new HashSet<>();

    /** {@code isOwn} tells which transactions the instance has started. */
    Watcher(World world, Life life, Predicate<Gid> isOwn) {
        this.world = world;
        this.life = life;
        this.isOwn = isOwn;
    }

    @Override
    public void on(TransactionEvent event) {
        if (life.isOver()) {
            return;
        }
        if (event instanceof TransactionEvent.Heuristic) {
            world.count(Happening.HEURISTIC);
        } else if (event instanceof TransactionEvent.VotedYes yes && yes.readOnly()) {
            world.count(Happening.READ_ONLY);
        } else if (event instanceof TransactionEvent.Decided decided) {
            world.decided(decided.gid());
        } else if (event instanceof TransactionEvent.Redriven redriven) {
            world.count(isOwn.test(redriven.gid()) ? Happening.REDRIVEN : Happening.TAKEN_OVER);
        } else {
            watchBranch(event);
        }
    }

    private void watchBranch(TransactionEvent event) {
        if (event instanceof TransactionEvent.BranchPrepared prepared) {
            known.add(prepared.branch());
        } else if (event instanceof TransactionEvent.BranchRefused refused) {
            known.add(refused.branch());
        } else if (event instanceof TransactionEvent.Inquired inquired && known.add(inquired.branch())) {
            world.count(Happening.SWEPT);
        }
    }
}
