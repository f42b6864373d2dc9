package dev.troth.testkit.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A small shell process that owns one server and its directory. It listens at a pipe from this JVM: when the pipe closes, and
 * the kernel closes it even after a {@code kill -9}, the guard ends the server and removes the directory.
 *
 * <p>Used by one thread at a time.
 */
final class Guard implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final Process shell;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private volatile CompletableFuture<Integer> exit = CompletableFuture.completedFuture(0);

    private Guard(Path directory, Process shell) {
        this.directory = directory;
        this.shell = shell;
        this.commands = shell.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a guard over a directory, which is the guard's from now on.
     *
     * @param endSignal the signal that ends the server at once when nobody needs it any more, for example {@code KILL}
     */
    static Guard over(Path directory, String endSignal) {
        try {
            Files.writeString(directory.resolve("end"), endSignal);
            Files.createFile(directory.resolve("log"));
            List<String> command = new ArrayList<>();
            if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
                command.add("/usr/bin/setsid"); // a Ctrl-C in the terminal is for the JVM, not for its servers
            }
            command.addAll(List.of("sh", "-c", script(), "guard", directory.toString()));
            Process shell = new ProcessBuilder(command)
                    .redirectError(directory.resolve("guard-log").toFile())
                    .start();
            Guard guard = new Guard(directory, shell);
            Thread listener = new Thread(guard::listen, "guard of " + directory.getFileName());
            listener.setDaemon(true);
            listener.start();
            return guard;
        } catch (IOException e) {
            throw new ServerException("No guard could be started over " + directory, e);
        }
    }

    private static String script() throws IOException {
        try (InputStream in = Guard.class.getResourceAsStream("guard.sh")) {
            if (in == null) {
                throw new IOException("guard.sh is not on the class path beside " + Guard.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void listen() {
        try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("gone ")) {
                    exit.complete(Integer.valueOf(line.substring(5)));
                } else {
                    answers.add(line);
                }
            }
            exit.completeExceptionally(new IOException("the guard has ended"));
        } catch (IOException e) {
            exit.completeExceptionally(e);
        }
    }

    /** Starts the script, whose last act is to become the server, and returns the server's process id. */
    long start(String script) {
        try {
            Files.writeString(directory.resolve("run"), script);
        } catch (IOException e) {
            throw new ServerException("The start script could not be written to " + directory, e);
        }
        exit = new CompletableFuture<>();
        return Long.parseLong(ask("start").substring("pid ".length()));
    }

    /** Sends a signal to processes; those that are gone do not matter. */
    void signal(String name, long... pids) {
        String targets = LongStream.of(pids).mapToObj(Long::toString).collect(Collectors.joining(" "));
        ask("kill -s " + name + " " + targets);
    }

    /** Waits until the server has ended, at most so long, and returns whether it has. */
    boolean gone(Duration limit) {
        try {
            exit.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            throw new ServerException("Lost the guard of " + directory, e);
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("Interrupted while waiting for the server in " + directory, e);
        }
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            String answer = answers.poll(ANSWER_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            if (answer == null) {
                throw new ServerException("The guard of " + directory + " did not answer '" + command + "' within "
                        + ANSWER_LIMIT.toSeconds() + " s; it is process " + shell.pid());
            }
            return answer;
        } catch (IOException e) {
            throw new ServerException("The guard of " + directory + " does not take '" + command + "'", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("Interrupted while asking the guard of " + directory, e);
        }
    }

    /** Ends the server if it runs, removes the directory, and waits until that is done. */
    @Override
    public void close() {
        try {
            commands.close();
            if (!shell.waitFor(ANSWER_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ServerException("The guard of " + directory + " did not end within "
                        + ANSWER_LIMIT.toSeconds() + " s; it is process " + shell.pid());
            }
        } catch (IOException e) {
            throw new ServerException("The pipe to the guard of " + directory + " did not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("Interrupted while the guard of " + directory + " was ending", e);
        }
    }
}
