package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    Path folder;

    @Test
    void two_jvms_may_unpack_at_once() throws Exception {
        Process first = child();
        Process second = child();

        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        Path home = Path.of(output(first));
        assertThat(output(second)).isEqualTo(home.toString());
        assertThat(Files.isExecutable(home.resolve("bin/postgres"))).isTrue();
        try (Stream<Path> beside = Files.list(home.resolve(".."))) {
            assertThat(beside.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("lock", home.getFileName().toString());
        }
    }

    @Test
    void what_is_incomplete_is_unpacked_anew_and_what_a_dead_jvm_left_is_removed() throws Exception {
        Path home = Path.of(output(ended(child())));
        Files.delete(home.resolve("bin/initdb"));
        Path abandoned = Files.createDirectory(home.resolveSibling("unpack-abandoned"));

        assertThat(output(ended(child()))).isEqualTo(home.toString());

        assertThat(home.resolve("bin/initdb")).isExecutable();
        assertThat(abandoned).doesNotExist();
    }

    @Test
    void a_folder_that_others_can_write_to_is_refused() throws Exception {
        Path home = Path.of(output(ended(child())));
        Path cache = Objects.requireNonNull(home.getParent());
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

        Process refused = child();

        assertThat(output(refused)).contains(cache.toString(), "are not executed");
        assertThat(refused.waitFor()).isEqualTo(1);
    }

    private Process child() throws IOException {
        return ChildJvm.start(Unpack.class, List.of("-Djava.io.tmpdir=" + folder));
    }

    private static Process ended(Process child) throws InterruptedException {
        assertThat(child.waitFor()).isZero();
        return child;
    }

    private static String output(Process child) throws IOException {
        return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Says where the programs are, or why not. */
    static final class Unpack {
        private Unpack() {}

        public static void main(String[] nothing) {
            try {
                System.out.println(PostgresBinaries.home());
            } catch (UncheckedIOException e) {
                System.out.println(e.getCause());
                System.exit(1);
            }
        }
    }
}
