package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.BranchId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The branches whose queues are consumed here, whatever participant they belong to. */
final class Attendances {
    private final Map<BranchId, Attendance> attended = new ConcurrentHashMap<>();

    /** Returns false if somebody attends to that branch. */
    boolean add(Attendance attendance) {
        return attended.putIfAbsent(attendance.branch(), attendance) == null;
    }

    boolean has(BranchId branch) {
        return attended.containsKey(branch);
    }

    void remove(Attendance attendance) {
        attended.remove(attendance.branch(), attendance);
    }

    /** Time passes: looks after those whose PREPARE does not come, and ends those that have waited for long enough. */
    void sweep(long now) {
        attended.values().forEach(each -> each.sweep(now));
    }

    /** A vote after which no decision comes makes the branch's queues useless. */
    void sending(Envelope envelope) {
        if (!attended.isEmpty()
                && envelope.type().equals("VOTE")
                && !envelope.header("troth-vote").equals("YES")) {
            over(envelope);
        }
    }

    /** So does a decision that came another way. */
    void received(Envelope envelope) {
        if (!attended.isEmpty() && decides(envelope)) {
            over(envelope);
        }
    }

    private static boolean decides(Envelope envelope) {
        return switch (envelope.type()) {
            case "COMMIT", "ROLLBACK" -> true;
            case "ANSWER" -> !envelope.header("troth-standing").equals("UNDECIDED");
            default -> false;
        };
    }

    private void over(Envelope envelope) {
        BranchQueues.of(envelope).map(BranchQueues::branch).map(attended::get).ifPresent(Attendance::over);
    }
}
