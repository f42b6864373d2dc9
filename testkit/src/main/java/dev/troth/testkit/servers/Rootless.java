package dev.troth.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a program that refuses to run as root is run when this JVM is root: as the user nobody, or, where that may not be, inside a
 * user namespace. Each way replaces itself by the program, so that the process id stays.
 *
 * @param prefix what to put before the command; empty when this JVM is not root
 * @param uid who has to own the program's data, or {@code null} for the user of this JVM
 */
record Rootless(List<String> prefix, @Nullable Integer uid) {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Finds a way that works for the given program, which is asked for its version. */
    static Rootless find(Path program) {
        if (!isRoot()) {
            return new Rootless(List.of(), null);
        }
        int nobody = Integer.parseInt(
                Processes.run(List.of("id", "-u", "nobody"), Map.of(), LIMIT).strip());
        int group = Integer.parseInt(
                Processes.run(List.of("id", "-g", "nobody"), Map.of(), LIMIT).strip());
        List<Rootless> ways = List.of(
                new Rootless(List.of("setpriv", "--reuid=" + nobody, "--regid=" + group, "--clear-groups"), nobody),
                new Rootless(List.of("chroot", "--userspec=" + nobody + ":" + group, "--groups=", "/"), nobody),
                new Rootless(List.of("unshare", "-U"), null));
        StringBuilder failures = new StringBuilder();
        for (Rootless way : ways) {
            try {
                Processes.run(way.command(program.toString(), "--version"), Map.of(), LIMIT);
                return way;
            } catch (ServerException e) {
                failures.append(e.getMessage()).append('\n');
            }
        }
        throw new ServerException(
                program + " does not run as root, and none of the ways to run it as somebody else works"
                        + " here. Run as another user, or allow one of them:\n" + failures);
    }

    /** Whether this JVM runs as root. */
    static boolean isRoot() {
        try {
            Path probe = Files.createTempFile("troth-", ".probe");
            Object owner = Files.getAttribute(probe, "unix:uid");
            Files.delete(probe);
            return owner.equals(0);
        } catch (IOException e) {
            throw new ServerException(
                    "Cannot tell who we are by a file below " + System.getProperty("java.io.tmpdir"), e);
        }
    }

    /** The words of a command that runs this way. */
    List<String> command(String... words) {
        return Stream.concat(prefix.stream(), Stream.of(words)).toList();
    }

    /** Makes a file or folder the program's own. */
    void give(Path path) throws IOException {
        if (uid != null) {
            Files.setAttribute(path, "unix:uid", uid);
        }
    }
}
