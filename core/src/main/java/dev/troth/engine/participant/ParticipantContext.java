package dev.troth.engine.participant;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Vote;
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
        Consumer<ActiveBranch> forget) {}
