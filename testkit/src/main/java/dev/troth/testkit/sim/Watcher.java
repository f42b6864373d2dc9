package dev.troth.testkit.sim;

import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionListener;

/** Counts what one instance tells. */
final class Watcher implements TransactionListener {
    private final World world;
    private final Life life;

    Watcher(World world, Life life) {
        this.world = world;
        this.life = life;
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
        } else if (event instanceof TransactionEvent.Redriven) {
            world.count(Happening.REDRIVEN);
        }
    }
}
