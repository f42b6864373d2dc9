package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.InProcessTransport;
import dev.troth.codec.JsonCodec;
import dev.troth.engine.recovery.Recovery;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Events;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.twophase.Transactions;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Address;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Vote;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import dev.troth.testkit.InMemoryDecisionLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A decision whose reports went to another instance, or were lost. */
class LeftToOthersTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000_000);

    private Instant now = NOW;
    private final List<Runnable> timers = new ArrayList<>();
    private final InMemoryDecisionLog log = new InMemoryDecisionLog(() -> NOW);

    @Test
    void a_decision_that_another_instance_has_finished_is_forgotten_by_one_that_had_no_reports() {
        try (InProcessTransport bus = InProcessTransport.create()) {
            Gid gid = new Gid("blog", log.open(), "abcdefgh", NOW.plusSeconds(60), 1);
            Vote.Voter gone = new Vote.Voter(new Address.Instance("review", "aaaaaaaa"), "store1");
            CommitRecord commit =
                    new CommitRecord(gid, "submit", List.of(new CommitRecord.Owed(0, "review", gone)), "");
            log.record(commit);
            Environment environment =
                    new Environment(new Manual(), () -> 0.5, Settings.DEFAULT, new Events(List.of()), Probe.NONE);
            Sender sender = new Sender(bus, new Address.Instance("blog", "abcdefgh"));
            Transactions transactions = new Transactions(
                    environment, sender, log, log.open(), new Payloads(new JsonCodec(), 1000), Optional.empty());
            transactions.drive(commit);
            assertThat(transactions.waitingForReports()).containsExactly(gid);

            log.anotherInstance().done(List.of(gid));
            new Recovery(environment, Optional.of(log), transactions, List.of()).start();
            for (int round = 0; round < 4; round++) {
                runTimers();
            }

            assertThat(transactions.waitingForReports()).isEmpty();
        }
    }

    private void runTimers() {
        List<Runnable> due = List.copyOf(timers);
        timers.clear();
        now = now.plus(Settings.DEFAULT.patience());
        due.forEach(Runnable::run);
    }

    /** Runs what is given to it at once, and timers when it is told. */
    private final class Manual implements Scheduler {
        @Override
        public Instant now() {
            return now;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            timers.add(task);
            return () -> timers.remove(task);
        }

        @Override
        public Executor workers() {
            return Runnable::run;
        }

        @Override
        public void close() {}
    }
}
