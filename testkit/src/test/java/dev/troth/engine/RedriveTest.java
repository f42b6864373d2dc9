package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.codec.JsonCodec;
import dev.troth.engine.recovery.Recovery;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Events;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.twophase.CoordinatorDesk;
import dev.troth.engine.twophase.Transactions;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Received;
import dev.troth.engine.wire.Sender;
import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Vote;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import dev.troth.spi.Transport;
import dev.troth.testkit.InMemoryDecisionLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Thousands of decisions that a crash has left owed; time is virtual, the patience is a second. */
class RedriveTest {
    private static final int OWED = 5_000;
    private static final Address.Instance SELF = new Address.Instance("blog", "abcdefgh");
    private static final Address.Instance GONE = new Address.Instance("review", "aaaaaaaa");

    private final Clock clock = new Clock();
    private final InMemoryDecisionLog log = new InMemoryDecisionLog(() -> clock.now);
    private final Map<Instant, Integer> sent = new TreeMap<>(); // COMMITs to the participant, by time
    private final List<Instant> toTheGone = new ArrayList<>();
    private final CoordinatorDesk desk;
    private boolean reports;

    RedriveTest() {
        Environment environment =
                new Environment(clock, () -> 0.5, Settings.DEFAULT, new Events(List.of()), Probe.NONE);
        Sender sender = new Sender(new Wire(), SELF);
        Transactions transactions = new Transactions(
                environment, sender, log, log.open(), new Payloads(new JsonCodec(), 1000), Optional.empty());
        desk = new CoordinatorDesk(environment, sender, log, log.open(), transactions);
        for (int number = 0; number < OWED; number++) {
            Gid gid = new Gid("blog", log.open(), "crashed0", clock.now.plusSeconds(60), number);
            Vote.Voter voter = new Vote.Voter(GONE, "store1");
            log.record(new CommitRecord(gid, "submit", List.of(new CommitRecord.Owed(0, "review", voter)), ""));
        }
        new Recovery(environment, Optional.of(log), transactions, List.of()).start();
    }

    @Test
    void many_decisions_owed_to_somebody_who_reports_are_through_in_seconds() {
        reports = true;

        clock.run(Duration.ofSeconds(6));

        assertThat(log.unfinished().size()).isZero();
    }

    @Test
    void new_transactions_do_not_wait_behind_a_whole_batch() {
        reports = true;

        clock.run(Duration.ofSeconds(6));

        assertThat(sent.values()).allMatch(atOnce -> atOnce <= 50);
    }

    @Test
    void many_decisions_owed_to_somebody_who_does_not_report_cost_little() {
        clock.run(Duration.ofMinutes(1));

        assertThat(sentSince(Duration.ofSeconds(20))).isBetween(500, 1_100); // about 50 a second
        assertThat(log.unfinished()).hasSize(OWED);
    }

    @Test
    void many_decisions_owed_to_somebody_who_is_back_are_through_in_seconds() {
        clock.run(Duration.ofMinutes(1));
        reports = true;

        clock.run(Duration.ofSeconds(12));

        assertThat(log.unfinished().size()).isZero();
    }

    @Test
    void an_instance_that_is_gone_is_not_tried_for_every_decision() {
        reports = true;

        clock.run(Duration.ofSeconds(6));

        assertThat(toTheGone).hasSizeBetween(1, 10);
    }

    private int sentSince(Duration ago) {
        return sent.entrySet().stream()
                .filter(entry -> entry.getKey().isAfter(clock.now.minus(ago)))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Nobody at the instance's address; at the participant's, somebody who reports a millisecond later, or loses everything. */
    private final class Wire implements Transport {
        @Override
        public Subscription listen(Address address, int window, Receiver receiver) {
            return () -> {};
        }

        @Override
        public CompletionStage<Sent> send(Address to, Envelope envelope) {
            if (to.equals(GONE)) {
                toTheGone.add(clock.now);
                return CompletableFuture.completedFuture(Sent.UNROUTABLE);
            }
            sent.merge(clock.now, 1, Integer::sum);
            if (reports) {
                BranchId branch = new BranchId(Gid.parse(envelope.correlationId()), 0);
                Message done = new Message.Done(List.of(branch), List.of());
                clock.after(
                        Duration.ofMillis(1), () -> desk.receive(new Received(done, GONE, "", new Settled(envelope))));
            }
            return CompletableFuture.completedFuture(Sent.ACCEPTED);
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public void close() {}
    }

    private record Settled(Envelope envelope) implements Delivery {
        @Override
        public boolean redelivered() {
            return false;
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public void ack() {}

        @Override
        public void release() {}

        @Override
        public void deadLetter(String reason) {}
    }

    private record Timed(Instant at, long number, Runnable task) implements Comparable<Timed> {
        @Override
        public int compareTo(Timed other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Virtual time; whatever is given to the workers runs at once. */
    private static final class Clock implements Scheduler {
        private final PriorityQueue<Timed> timers = new PriorityQueue<>();
        private Instant now = Instant.ofEpochMilli(1_000_000);
        private long made;

        void run(Duration time) {
            Instant end = now.plus(time);
            while (!timers.isEmpty() && !timers.peek().at().isAfter(end)) {
                Timed next = timers.remove();
                now = next.at();
                next.task().run();
            }
            now = end;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            Timed timed = new Timed(now.plus(delay), made++, task);
            timers.add(timed);
            return () -> timers.remove(timed);
        }

        @Override
        public Executor workers() {
            return Runnable::run;
        }

        @Override
        public void close() {}
    }
}
