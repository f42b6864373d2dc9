package dev.troth.engine.participant;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Message;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Text;
import dev.troth.protocol.Vote;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What every branch of a participant shares.
 *
 * @param environment time, threads, watchers
 * @param sender sends for this instance
 * @param payloads reads commands and writes answers
 * @param spec the participant
 * @param voter this instance and the identity of the store
 * @param slots one permit for every branch that works or is prepared
 * @param workers one permit for every handler that runs
 * @param finishers one permit for every decision that is being carried out
 * @param reports gathers what is to be reported
 * @param forget takes branches that nothing is left to do for
 */
record ParticipantContext(
        Environment environment,
        Sender sender,
        Payloads payloads,
        ParticipantSpec spec,
        Vote.Voter voter,
        Admission slots,
        Admission workers,
        Admission finishers,
        Reports reports,
        Consumer<ActiveBranch> forget) {

    private static final Duration TOO_FAR = Settings.MAX_TIMEOUT.multipliedBy(2);

    /** Why this PREPARE is refused without being read, if it is. */
    Optional<Refusal> whyNot(Message.Prepare prepare) {
        Payload command = prepare.command();
        if (!spec.handlers().containsKey(command.kind())) {
            return Optional.of(new Refusal(
                    Refusal.Reason.UNKNOWN_KIND,
                    "participant '" + spec.name() + "' has no handler for kind '" + Text.quote(command.kind())
                            + "'; it has " + spec.handlers().keySet()));
        }
        if (command.body().length > payloads.limit()) {
            return Optional.of(new Refusal(
                    Refusal.Reason.BAD_PAYLOAD,
                    "the payload has " + command.body().length + " bytes, more than the limit of " + payloads.limit()));
        }
        if (environment.untilDeadline(prepare.branch().gid()).compareTo(TOO_FAR) > 0) {
            return Optional.of(new Refusal(
                    Refusal.Reason.BAD_PAYLOAD, "the deadline is impossibly far away: forged, or a clock is wrong"));
        }
        return Optional.empty();
    }
}
