package dev.troth.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.cli.harness.Polling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreezeTest {
    private static String state(long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(pid)).start();
            return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_frozen_process_does_nothing_until_it_is_let_go_on() throws Exception {
        Process echo = new ProcessBuilder("cat").start();
        try (var in = echo.outputWriter(StandardCharsets.UTF_8);
                var out = echo.inputReader(StandardCharsets.UTF_8)) {
            Freeze freeze = Freeze.of(echo.pid());
            Polling.untilNothing(Duration.ofSeconds(60), () -> state(echo.pid()).startsWith("T") ? "" : "not frozen");
            in.write("hello\n");
            in.flush();
            assertThat(state(echo.pid())).startsWith("T");
            assertThat(out.ready()).isFalse();

            freeze.close();
            freeze.close();

            assertThat(out.readLine()).isEqualTo("hello");
        } finally {
            echo.destroyForcibly();
        }
    }

    @Test
    void a_process_that_has_ended_cannot_be_frozen() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();

        assertThatThrownBy(() -> Freeze.of(ended.pid()))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("it has ended");
    }
}
