package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers end with the JVM that started them, even if it is killed. */
class OrphanTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "postgres-paused", "postgres-killed", "mariadb", "rabbit"})
    void servers_end_with_a_jvm_that_is_killed(String what) throws Exception {
        server(what).assumeAvailable();
        Process owner = ChildJvm.start(Owner.class, List.of(), what);
        try (BufferedReader lines = owner.inputReader(StandardCharsets.UTF_8)) {
            Path home = Path.of(Objects.requireNonNull(lines.readLine(), "the owner ended too early"));
            List<ProcessHandle> family = owner.descendants().toList();
            assertThat(Files.exists(home)).isTrue();
            assertThat(family).isNotEmpty();

            owner.destroyForcibly();
            assertThat(owner.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            Waiting.until(LIMIT, () -> family.stream().noneMatch(Processes::runs));
            Waiting.until(LIMIT, () -> !Files.exists(home));
        }
    }

    private static Server server(String what) {
        return switch (what) {
            case "rabbit" -> RabbitServer.local();
            case "mariadb" -> MariaDbServer.local();
            default -> PostgresServer.local();
        };
    }

    /** A JVM that starts a server, says where, and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] what) throws Exception {
            try (Server server = start(what[0])) {
                Stream.of(server.home()).forEach(System.out::println);
                System.in.transferTo(System.out);
            }
        }

        private static Server start(String what) {
            Server server = server(what).start();
            switch (what) {
                case "postgres-paused" -> server.pause();
                case "postgres-killed" -> server.kill9();
                default -> {}
            }
            return server;
        }
    }
}
