package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    Path folder;

    @Test
    void it_is_unpacked_once_and_again_when_something_is_missing() throws Exception {
        Process first = child();
        Process second = child();
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        Path home = Path.of(output(first));
        assertThat(output(second)).isEqualTo(home.toString());
        assertThat(names(home.resolve("..")))
                .containsExactlyInAnyOrder("lock", home.getFileName().toString());

        Files.delete(home.resolve("bin/initdb"));
        Files.createDirectory(home.resolveSibling("unpack-of-a-jvm-that-died"));
        Process third = child();

        assertThat(third.waitFor()).isZero();
        assertThat(output(third)).isEqualTo(home.toString());
        assertThat(home.resolve("bin/initdb")).isExecutable();
        assertThat(names(home.resolve("..")))
                .containsExactlyInAnyOrder("lock", home.getFileName().toString());
    }

    @Test
    void a_folder_that_others_can_write_to_is_refused() throws Exception {
        Path cache = folder.resolve("troth-postgres-" + Files.getAttribute(folder, "unix:uid"));
        Files.createDirectory(cache);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

        Process refused = child();

        assertThat(refused.waitFor()).isEqualTo(1);
        assertThat(output(refused)).contains(cache.toString(), "are not executed");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    private Process child() throws IOException {
        return ChildJvm.start(Unpack.class, List.of("-Djava.io.tmpdir=" + folder));
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
