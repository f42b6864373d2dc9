package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Gid;
import dev.troth.spi.DecisionLog;
import java.util.function.Consumer;

/**
 * What every transaction of an instance shares.
 *
 * @param environment time, threads, watchers
 * @param sender sends for this instance
 * @param absent who was not there to take a decision
 * @param log the decision log
 * @param done takes transactions that nobody is owed any more
 * @param forget takes transactions that nothing is left to do for
 */
record CoordinatorContext(
        Environment environment,
        Sender sender,
        Absent absent,
        DecisionLog log,
        Consumer<Gid> done,
        Consumer<Gid> forget) {}
