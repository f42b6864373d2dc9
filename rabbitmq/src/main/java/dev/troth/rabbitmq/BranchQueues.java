package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The three queues of one branch, by their routing keys, and the notice that tells its participant of them. The names are made of the
 * branch's id and never taken from the wire.
 *
 * @param branch the branch
 */
record BranchQueues(BranchId branch) {
    /** The type of the notice. */
    static final String NOTICE = "QUEUES";

    /** What all their routing keys begin with. */
    static final String TXN = "txn_";

    private static final String VERSION = "troth-version";
    private static final String BRANCH = "troth-branch";
    private static final int MAX_DIGITS = 3;

    /** Those of the branch that a message is about; empty when it is about none. */
    static Optional<BranchQueues> of(Envelope envelope) {
        String number = envelope.header(BRANCH);
        if (number.isEmpty()
                || number.length() > MAX_DIGITS
                || !number.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new BranchQueues(new BranchId(Gid.parse(envelope.correlationId()), Integer.parseInt(number))));
        } catch (IllegalArgumentException forged) {
            return Optional.empty();
        }
    }

    String prepare() {
        return TXN + id() + "_prepare";
    }

    String commit() {
        return TXN + id() + "_commit";
    }

    String rollback() {
        return TXN + id() + "_rollback";
    }

    List<String> all() {
        return List.of(prepare(), commit(), rollback());
    }

    private String id() {
        return branch.gid() + "." + branch.number();
    }

    /** Tells a participant that this PREPARE waits for it in a queue of its own. */
    Envelope notice(Envelope prepare) {
        return new Envelope(
                NOTICE,
                branch + ":queues",
                prepare.correlationId(),
                "text/plain",
                prepare.timeToLive(),
                prepare.persistent(),
                Map.of(VERSION, "1", BRANCH, prepare.header(BRANCH)),
                new byte[0]);
    }

    @Override
    public String toString() {
        return branch.toString();
    }
}
