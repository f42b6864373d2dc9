package dev.troth.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.bench.fixture.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /** Leaves a thread behind. */
    static final class Failing {
        public static void main(String[] arguments) {
            new Thread(Failing::hang).start();
            Program.run(new String[] {arguments[0] + "-that-is-not-there"}, setting -> Map.of());
        }

        private static void hang() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Says that it runs, and does not end by itself. */
    static final class Endless {
        public static void main(String[] arguments) {
            Program.run(arguments, setting -> {
                System.out.println("runs");
                new CountDownLatch(1).await();
                return Map.of();
            });
        }
    }

    @Test
    void a_run_that_fails_ends_whatever_threads_it_leaves() throws IOException {
        try (RunProcess run = start(Failing.class)) {
            assertThatThrownBy(() -> run.figures(LONG))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("ended with 1")
                    .hasMessageContaining("setting-that-is-not-there");
        }
    }

    @Test
    void a_run_ends_when_whoever_has_started_it_is_gone() throws Exception {
        Path setting = Files.writeString(folder.resolve("setting"), "contender=x\nclients=1\ndatabases=0\nfolder=x\n");
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Endless.class.getName(),
                        setting.toString())
                .start();
        try {
            assertThat(run.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("runs");

            run.getOutputStream().close();

            assertThat(run.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            run.destroyForcibly();
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

    /** Starts another, and says which. */
    static final class Parent {
        public static void main(String[] arguments) throws Exception {
            Process child = new ProcessBuilder("sleep", "600").start();
            System.out.println("{\"child\":" + child.pid() + "}");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void what_a_run_has_started_has_ended_when_it_is_closed() throws Exception {
        RunProcess run = start(Parent.class);
        Path output = folder.resolve("output");
        while (!Files.readString(output).endsWith("}\n")) {
            Thread.onSpinWait();
        }
        ProcessHandle child = ProcessHandle.of(
                        (long) Line.parsed(Files.readString(output)).number("child"))
                .orElseThrow();

        run.close();

        assertThat(child.isAlive()).isFalse();
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
