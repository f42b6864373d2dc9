package dev.troth.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short soak run, in which each of them dies once: {@code ./dev soak} is a long one. */
@Timeout(600)
class SoakTest {
    private static final long NUMBERS = 50;
    private static final long KEYS = (long) Stage.WRITERS.size() * Writer.THREADS * Writer.KEYS_OF_THREAD;
    private static final Duration SILENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(200);

    @Test
    void every_event_is_applied_once_and_in_order_though_everybody_is_killed() throws Exception {
        PostgresServer.local().assumeAvailable();
        MariaDbServer.local().assumeAvailable();
        RabbitServer.local().assumeAvailable();
        try (Stage stage = new Stage(true)) {
            stage.start(NUMBERS);
            try (HikariDataSource writers = stage.writersDatabase();
                    HikariDataSource readers = stage.readersDatabase()) {
                Progress progress = new Progress(writers, readers, text -> {});
                long applied = 0;
                for (Stage.Victim victim : stage.victims()) {
                    applied += KEYS * NUMBERS / 10;
                    progress.until(applied, SILENCE, PAUSE, () -> "");
                    victim.kill().run();
                    victim.start().run();
                }
                progress.until(KEYS * NUMBERS, SILENCE, PAUSE, () -> "");
                progress.untilNothingIsLeft(SILENCE);

                assertThat(Audit.of(writers, readers, KEYS, NUMBERS)).isEmpty();
            }
        }
    }
}
