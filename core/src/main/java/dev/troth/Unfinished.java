package dev.troth;

import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetters;
import dev.troth.spi.BranchStore;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.OutboxStore;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is not finished yet, as the databases of an instance have it: counted when it is asked for, for those who watch. It is the same
 * at every instance of the service.
 *
 * <p>Every method asks a database, so it may block, and throws {@link dev.troth.spi.StoreException} if that fails. Safe for use by several
 * threads.
 */
public final class Unfinished {
    private final Optional<DecisionLog> log;
    private final Optional<OutboxStore> outbox;
    private final Map<String, BranchStore> participants;
    private final Function<String, DeadLetters> deadLetters;

    Unfinished(
            Optional<DecisionLog> log,
            Optional<OutboxStore> outbox,
            Map<String, BranchStore> participants,
            Function<String, DeadLetters> deadLetters) {
        this.log = log;
        this.outbox = outbox;
        this.participants = participants;
        this.deadLetters = deadLetters;
    }

    /** Commits that somebody has not reported yet; empty if there is no log, or if it does not count them. */
    public Optional<DecisionLog.Owing> decisions() {
        return log.flatMap(DecisionLog::owing);
    }

    /** Messages that wait to be sent; empty if there is no outbox. */
    public Optional<OutboxStore.Backlog> outbox() {
        return outbox.map(OutboxStore::backlog);
    }

    /**
     * Branches that are prepared in the participant's database, whichever instance has prepared them: each holds its locks until it hears the
     * decision.
     *
     * @throws TrothException if this instance has no such participant
     */
    public Prepared prepared(String participant) {
        BranchStore store = participants.get(participant);
        if (store == null) {
            throw new TrothException(
                    "There is no participant '" + participant + "' here, but " + participants.keySet() + ".");
        }
        List<BranchStore.InDoubt> branches = store.inDoubt();
        Duration oldest = branches.stream().map(BranchStore.InDoubt::age).reduce(Duration.ZERO, Unfinished::longer);
        return new Prepared(branches.size(), oldest);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /**
     * How many messages the subscriber could not apply and nobody has settled.
     *
     * @throws TrothException if this instance has no such subscriber
     */
    public long deadLetters(String subscriber) {
        return deadLetters.apply(subscriber).groups().stream()
                .mapToLong(DeadLetterGroup::letters)
                .sum();
    }

    /**
     * Prepared branches.
     *
     * @param branches how many
     * @param oldest for how long the oldest has been prepared; zero if there is none
     */
    public record Prepared(int branches, Duration oldest) {}
}
