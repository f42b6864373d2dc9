package dev.troth.testkit.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Small questions to the operating system. */
final class Processes {
    private Processes() {}

    /** Whether the process still runs; one that has ended and was not yet collected by its parent does not. */
    static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            return !text.startsWith("Z", text.lastIndexOf(')') + 2);
        } catch (IOException noSuchFile) {
            return process.isAlive(); // it has ended meanwhile, or this system has no /proc
        }
    }

    /** Finds a program in the folders of PATH and in the given further ones. */
    static Optional<Path> program(String name, String... furtherFolders) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":", -1)), Stream.of(furtherFolders))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a program that ends soon and returns what it wrote, or throws with it if it did not end well. */
    static String run(List<String> command, Map<String, String> environment, Duration limit) {
        try {
            Path output = Files.createTempFile("troth-output-", ".txt");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
                String text = Files.readString(output);
                if (!ended || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new ServerException("'" + String.join(" ", command) + "' "
                            + (ended
                                    ? "ended with " + process.exitValue()
                                    : "did not end within " + limit.toSeconds() + " s")
                            + " and wrote:\n" + text);
                }
                return text;
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new ServerException("'" + String.join(" ", command) + "' could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("Interrupted while '" + String.join(" ", command) + "' was running", e);
        }
    }
}
