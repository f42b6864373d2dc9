package dev.troth.torture;

import dev.troth.cli.harness.Fault;
import dev.troth.cli.harness.Timeline;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Kills the leader of one bank's queue after the other, under load and with nothing else broken, and measures for how long no transfer
 * of that bank was acknowledged.
 */
final class LeaderKills {
    private static final Duration WATCHED = Duration.ofSeconds(8);
    private static final Duration CALM = Duration.ofSeconds(5);

    private final Stage stage;
    private final Clients clients;
    private final Timeline timeline;

    LeaderKills(Stage stage, Clients clients, Timeline timeline) {
        this.stage = stage;
        this.clients = clients;
        this.timeline = timeline;
    }

    /** Kills so many, and returns each one's stall in milliseconds. */
    List<Long> run(int kills) throws InterruptedException {
        List<Long> stalls = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            pass(CALM);
            String bank = Stage.BANKS.get(i % Stage.BANKS.size());
            RabbitServer leader = stage.leader(bank);
            Fault fault = new Fault("leader kill", bank, WATCHED, leader::kill9, leader::start);
            timeline.add(fault, true);
            long killed = System.nanoTime();
            fault.inject().run();
            pass(WATCHED);
            stalls.add(stall(bank, killed));
            fault.heal().run();
            timeline.add(fault, false);
        }
        return stalls;
    }

    /** The longest time from the kill on between two acknowledged transfers in which the bank took part for another one. */
    private long stall(String bank, long killed) {
        long[] acknowledged = LongStream.concat(
                        LongStream.of(killed),
                        Stream.concat(
                                        clients.seen().stream()
                                                .filter(seen -> seen.verdict() == Verdict.ACKNOWLEDGED)
                                                .filter(seen ->
                                                        !seen.initiator().equals(bank))
                                                .filter(seen ->
                                                        seen.transfer().banks().contains(bank))
                                                .map(Seen::ended),
                                        Stream.of(killed + WATCHED.toNanos()))
                                .mapToLong(Long::longValue)
                                .filter(ended -> ended > killed && ended <= killed + WATCHED.toNanos()))
                .sorted()
                .toArray();
        long longest = 0;
        for (int i = 1; i < acknowledged.length; i++) {
            longest = Math.max(longest, acknowledged[i] - acknowledged[i - 1]);
        }
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    private static void pass(Duration time) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
