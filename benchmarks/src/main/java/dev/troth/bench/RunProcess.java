package dev.troth.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The JVM of one run with everything that it has started. */
final class RunProcess implements AutoCloseable {
    private static final int LAST_WORDS = 5;

    private final Process process;
    private final Path errors;
    private volatile boolean late;

    private RunProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /** Starts the program; what it writes to its standard error goes into the file. */
    static RunProcess start(Class<?> program, List<String> jvm, Path setting, Path errors) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName(), setting.toString()));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        return new RunProcess(process, errors);
    }

    /**
     * Waits until it has ended, at most so long.
     *
     * @throws RunFailedException if it was ended, or said nothing of what it measured
     */
    Line figures(Duration limit) throws IOException, RunFailedException {
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::tooLate);
        String said = "";
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said = line.startsWith("{") ? line : said;
            }
        }
        int exit = process.onExit().join().exitValue();
        if (late || exit != 0 || said.isEmpty()) {
            throw new RunFailedException(
                    (late ? "did not end within " + limit.toSeconds() + " s" : "ended with " + exit + " and no figures")
                            + ". Its last words: " + lastWords());
        }
        return Line.parsed(said);
    }

    private void tooLate() {
        if (process.isAlive()) {
            late = true;
            close();
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(errors, StandardCharsets.ISO_8859_1);
        List<String> last = lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size());
        return last.isEmpty() ? "none" : String.join(" | ", last);
    }

    /** Ends it and all that it has started, if it still runs. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
