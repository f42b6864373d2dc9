package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.spi.Transport.Sent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The coordinator's side of three queues per branch.
 *
 * <pre>
 *   PREPARE   declare and bind the three ─▶ publish to _prepare ─▶ tell the participant, at its shared address
 *   COMMIT    publish to _commit, once; what is sent again goes to the address
 *   ROLLBACK  publish to _rollback, once; then, if the branch has not voted, delete what is left of the three
 * </pre>
 *
 * Whatever does not work out so is sent to the address, as in every layout: the queues save nothing and decide nothing. So a decision that
 * recovery sends again finds its way although this process knows nothing of the queues, and although nobody consumes them any more.
 */
final class TransactionPosting implements Posting {
    /** How much longer than its PREPARE lives a queue that nobody uses is kept. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** Whoever takes longer is not to keep queues for that. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /** A participant that works on the branch has long had its ROLLBACK by then. */
    private static final long DELETE_AFTER_MILLIS = 2_000;

    private static final long SWEEP_MILLIS = 1_000;
    private static final int MAX_OPEN = 10_000;

    private final Posting direct;
    private final Outgoing outgoing;
    private final Topology topology;
    private final Threads threads;
    private final Clerk clerk;
    private final Map<BranchId, Long> open = new ConcurrentHashMap<>(); // and when to forget it

    TransactionPosting(Posting direct, Outgoing outgoing, Topology topology, Threads threads, Clerk clerk) {
        this.direct = direct;
        this.outgoing = outgoing;
        this.topology = topology;
        this.threads = threads;
        this.clerk = clerk;
        threads.every(SWEEP_MILLIS, this::sweep);
    }

    /** A branch that voted no, or only read, gets no decision. */
    private void sweep() {
        long now = System.nanoTime();
        open.values().removeIf(latest -> now - latest >= 0);
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        return switch (envelope.type()) {
            case "PREPARE" ->
                opens(to, envelope)
                        .map(queues -> prepare(queues, to, envelope))
                        .orElseGet(() -> direct.send(to, envelope));
            case "COMMIT", "ROLLBACK" ->
                BranchQueues.of(envelope)
                        .filter(queues -> open.remove(queues.branch()) != null)
                        .map(queues -> decide(queues, to, envelope))
                        .orElseGet(() -> direct.send(to, envelope));
            default -> direct.send(to, envelope);
        };
    }

    /** The queues that are to be declared for a PREPARE. One that nothing follows, or that has no end, has none. */
    private Optional<BranchQueues> opens(Address to, Envelope prepare) {
        if (!(to instanceof Address.Participant)
                || prepare.header("troth-one-phase").equals("true")
                || prepare.timeToLive().isZero()
                || prepare.timeToLive().compareTo(LONGEST) > 0
                || open.size() >= MAX_OPEN) {
            return Optional.empty();
        }
        long latest = System.nanoTime() + prepare.timeToLive().plus(GRACE).toNanos();
        return BranchQueues.of(prepare).filter(queues -> open.putIfAbsent(queues.branch(), latest) == null);
    }

    private CompletionStage<Sent> prepare(BranchQueues queues, Address to, Envelope prepare) {
        return clerk.open(queues, prepare.timeToLive().plus(GRACE))
                .thenCompose(opened -> opened
                        ? outgoing.send(topology.transactions(queues.prepare()), prepare)
                        : CompletableFuture.completedFuture(Sent.UNROUTABLE))
                .thenCompose(sent -> sent == Sent.ACCEPTED
                        ? tell(queues, to, prepare)
                        : Posting.orElse(CompletableFuture.completedStage(sent), () -> around(queues, to, prepare)));
    }

    /** Nobody at the participant's address is nobody at all. */
    private CompletionStage<Sent> tell(BranchQueues queues, Address to, Envelope prepare) {
        return direct.send(to, queues.notice(prepare)).thenApply(sent -> {
            if (sent == Sent.UNROUTABLE && open.remove(queues.branch()) != null) {
                clerk.delete(queues);
            }
            return sent;
        });
    }

    /** There are no queues: this branch is one like those of the other layouts. */
    private CompletionStage<Sent> around(BranchQueues queues, Address to, Envelope prepare) {
        open.remove(queues.branch());
        return direct.send(to, prepare);
    }

    private CompletionStage<Sent> decide(BranchQueues queues, Address to, Envelope decision) {
        boolean commit = decision.type().equals("COMMIT");
        if (to instanceof Address.Participant) { // it has not voted: whoever would do so is late, or gone
            threads.later(() -> clerk.delete(queues), DELETE_AFTER_MILLIS);
        }
        Route route = topology.transactions(commit ? queues.commit() : queues.rollback());
        return Posting.orElse(outgoing.send(route, decision), () -> direct.send(to, decision));
    }

    @Override
    public void close() throws InterruptedException {
        clerk.close();
    }
}
