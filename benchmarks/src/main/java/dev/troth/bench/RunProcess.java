package dev.troth.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The JVM of one run with everything that it has started. It writes into files, so nobody waits for what a child of it holds open. */
final class RunProcess implements AutoCloseable {
    private static final int LAST_WORDS = 5;
    private static final int KILL_SECONDS = 10;

    private final Process process;
    private final Path output;
    private final Path errors;

    private RunProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts the program with a file that holds its setting; what it says goes into files beside that. */
    static RunProcess start(Class<?> program, List<String> jvm, Map<String, String> environment, Path setting)
            throws IOException {
        Path output = setting.resolveSibling("output");
        Path errors = setting.resolveSibling("errors");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        command.add("-Djava.library.path=" + setting.resolveSibling("")); // where a contender unpacks a native library
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName(), setting.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        return new RunProcess(builder.start(), output, errors);
    }

    /**
     * Waits until it has ended, at most so long, and returns the last line of JSON that it has said.
     *
     * @throws RunFailedException if it failed, was ended, or said nothing of what it measured
     */
    Line figures(Duration limit) throws IOException, InterruptedException, RunFailedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            close();
            throw new RunFailedException("did not end within " + limit.toSeconds() + " s" + lastWords());
        }
        String said =
                lines(output).stream().filter(line -> line.startsWith("{")).reduce("", (before, line) -> line);
        if (process.exitValue() != 0 || said.isEmpty()) {
            throw new RunFailedException("ended with " + process.exitValue() + " and no figures" + lastWords());
        }
        return Line.parsed(said);
    }

    private String lastWords() throws IOException {
        List<String> lines = lines(errors);
        List<String> last = lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size());
        return ". Its last words: " + (last.isEmpty() ? "none" : String.join(" | ", last));
    }

    /** In whatever encoding libraries may write. */
    private static List<String> lines(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    }

    /** What it has written to its standard error. */
    Path errors() {
        return errors;
    }

    /** Ends it and all that it has started, if it still runs, and waits until they have ended, so that nobody writes any more; a few seconds at most. */
    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<Void> ended =
                CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            ended.get(KILL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("Of the run in " + output.getParent() + " a process has not ended: " + e);
        }
    }
}
