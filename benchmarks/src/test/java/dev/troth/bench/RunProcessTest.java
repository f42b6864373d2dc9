package dev.troth.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunProcessTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** Says a line, and whatever others say who write to the same output. */
    static final class Good {
        public static void main(String[] arguments) {
            System.out.println("{\"per_second\":7.5,\"right\":true}");
            System.out.println("a library says goodbye");
        }
    }

    static final class Bad {
        public static void main(String[] arguments) {
            System.out.println("{\"per_second\":7.5,\"right\":true}");
            System.err.println("first\nsecond");
            System.exit(3);
        }
    }

    static final class Mute {
        public static void main(String[] arguments) {
            System.out.println("nothing to say");
        }
    }

    static final class Hanging {
        public static void main(String[] arguments) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    @Test
    void the_figures_are_the_last_line_of_json() throws Exception {
        try (RunProcess run = start(Good.class)) {
            Line line = run.figures(LONG);

            assertThat(line.number("per_second")).isEqualTo(7.5);
            assertThat(line.right()).isTrue();
        }
    }

    @Test
    void a_run_that_fails_gives_its_last_words_and_no_figures() throws IOException {
        try (RunProcess run = start(Bad.class)) {
            assertThatThrownBy(() -> run.figures(LONG))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("ended with 3")
                    .hasMessageEndingWith("first | second");
        }
    }

    @Test
    void a_run_that_says_nothing_has_failed() throws IOException {
        try (RunProcess run = start(Mute.class)) {
            assertThatThrownBy(() -> run.figures(LONG))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessage("ended with 0 and no figures. Its last words: none");
        }
    }

    @Test
    void a_run_that_hangs_is_ended() throws IOException {
        try (RunProcess run = start(Hanging.class)) {
            assertThatThrownBy(() -> run.figures(Duration.ofMillis(50)))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("did not end within");
        }
    }

    private RunProcess start(Class<?> program) throws IOException {
        return RunProcess.start(program, List.of(), Map.of(), folder.resolve("setting"));
    }
}
