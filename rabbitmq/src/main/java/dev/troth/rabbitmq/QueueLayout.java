package dev.troth.rabbitmq;

/**
 * Through which queues PREPARE, COMMIT and ROLLBACK reach a participant. The participant's shared queue is there in every layout, so
 * services with different layouts understand each other; {@code docs/queue-layouts.md} has the measured price of each.
 *
 * <p>All guarantees of the commit protocol hold in every layout: what a layout's own queues lose is sent again to the shared one.
 */
public final class QueueLayout {
    private static final QueueLayout PER_PARTICIPANT = new QueueLayout("per participant");
    private static final QueueLayout PER_KIND = new QueueLayout("per kind");
    private static final QueueLayout PER_TRANSACTION = new QueueLayout("per transaction");

    private final String name;

    private QueueLayout(String name) {
        this.name = name;
    }

    /**
     * One durable queue per participant, {@code troth.participant.review}, and one per running instance. Nothing is declared while
     * transactions run.
     */
    public static QueueLayout perParticipant() {
        return PER_PARTICIPANT;
    }

    /**
     * PREPAREs go to a queue of their own per kind of command, {@code troth.participant.review.kind.new-review}, from which an instance
     * takes its share of the participant's concurrency at once: a slow kind holds up no other. Set by the service that offers the
     * participant (it declares and consumes the queues) and by those that call it (they publish there); where only one of them sets
     * it, the shared queue is used. A kind's queue that nobody has consumed for five minutes is deleted.
     */
    public static QueueLayout perKind() {
        return PER_KIND;
    }

    /**
     * Three queues for every branch of every transaction, {@code troth.txn_<gid>.<branch>_prepare}, {@code …_commit} and
     * {@code …_rollback}: declared when the branch is enlisted, consumed by the instance that is told of them through the participant's
     * shared queue, deleted when the branch ends. Set by the service that starts the transactions. It costs declarations, bindings,
     * consumers and deletions per transaction, which RabbitMQ's documentation advises against (queue churn).
     */
    public static QueueLayout perTransaction() {
        return PER_TRANSACTION;
    }

    @Override
    public String toString() {
        return name;
    }
}
