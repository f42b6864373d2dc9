package dev.troth.cli.process;

import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running service, seen by the process that started it. It ends with its parent, however that ends: the pipe between them
 * closes. Safe for use by several threads.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(30);
    private static final int KEPT_LINES = 2_000;
    private static final int SHOWN_LINES = 40;
    private static final Pattern READY = Pattern.compile("ready service=\\S+ url=(\\S+) .*");

    private final String name;
    private final Process process;
    private final Writer orders;
    private final Consumer<EventLine> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<String> lines = new ArrayList<>(); // guarded by lock, as are the next two
    private final List<String> logged = new ArrayList<>();
    private boolean ended;

    ServiceProcess(String name, ProcessBuilder builder, Consumer<EventLine> listener) throws IOException {
        this.name = name;
        this.listener = listener;
        this.process = builder.start();
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        reader("log", () -> read(process.errorReader(StandardCharsets.UTF_8), line -> add(logged, line)));
        reader("output", () -> {
            read(process.inputReader(StandardCharsets.UTF_8), this::said);
            end();
        });
    }

    private void reader(String what, Runnable task) {
        Thread reader = new Thread(task, what + " of " + name + " " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(BufferedReader from, Consumer<String> each) {
        try (from) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                each.accept(line);
            }
        } catch (IOException e) {
            add(logged, "(cannot be read any more: " + e + ")");
        }
    }

    private void said(String line) {
        Optional<EventLine> event = EventLine.parse(line);
        event.ifPresentOrElse(listener, () -> add(lines, line));
    }

    private void add(List<String> kept, String line) {
        lock.lock();
        try {
            kept.add(line);
            if (kept.size() > KEPT_LINES) {
                kept.remove(0);
            }
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    ServiceProcess awaitReady() {
        try {
            awaitLine("ready ", READY_LIMIT);
            return this;
        } catch (ProcessException e) {
            kill9();
            throw e;
        }
    }

    /** Waits for a line that starts so, and returns it. */
    private String awaitLine(String start, Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (true) {
                Optional<String> found =
                        lines.stream().filter(line -> line.startsWith(start)).reduce((first, last) -> last);
                if (found.isPresent()) {
                    return found.get();
                }
                if (ended || left <= 0) {
                    throw unheard(start, limit);
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException("Interrupted while waiting for service '" + name + "'", e);
        } finally {
            lock.unlock();
        }
    }

    private ProcessException unheard(String start, Duration limit) {
        String what = ended ? "ended" : "has run for " + limit.toSeconds() + " s";
        return new ProcessException(
                "Service '" + name + "' (process " + process.pid() + ") " + what + " without saying '" + start.strip()
                        + "'. It said: " + lines + tail(),
                null);
    }

    /** The last lines of its log. */
    private String tail() {
        List<String> log = log();
        return "\nIts log ends with:\n"
                + String.join("\n", log.subList(Math.max(0, log.size() - SHOWN_LINES), log.size()));
    }

    /** Where it answers HTTP. */
    public URI uri() {
        Matcher ready = READY.matcher(awaitLine("ready ", READY_LIMIT));
        if (!ready.matches()) {
            throw new ProcessException("Service '" + name + "' is ready at no place: " + ready, null);
        }
        return URI.create(ready.group(1));
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** From now on the first transaction that passes the point halts the process there. */
    public void crashAt(CrashPoint point) {
        arm("crash-at " + point);
    }

    /** From now on the first thread that passes the point stays there until {@link #resume()}. */
    public void pauseAt(CrashPoint point) {
        arm("pause-at " + point);
    }

    private void arm(String order) {
        lock.lock();
        try {
            lines.removeIf(
                    line -> line.startsWith("armed ") || line.startsWith("paused ") || line.startsWith("crashed "));
        } finally {
            lock.unlock();
        }
        tell(order);
        awaitLine("armed " + order, DEATH_LIMIT);
    }

    /** Waits until a transaction has reached the point at which the process pauses, and returns which. */
    public Gid awaitPaused(CrashPoint point, Duration limit) {
        String start = "paused at=" + point + " gid=";
        return Gid.parse(awaitLine(start, limit).substring(start.length()));
    }

    /** Lets the thread that stays at a point go on. */
    public void resume() {
        tell("resume");
    }

    private void tell(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new ProcessException("Service '" + name + "' takes no orders any more" + tail(), e);
        }
    }

    /** Stops the whole process as {@code kill -STOP} does: its connections stay open, nothing answers. Until the result closes. */
    public Freeze freeze() {
        return Freeze.of(process.pid());
    }

    /** Closes the pipe to it, as the death of this process would. */
    public void abandon() {
        try {
            orders.close();
        } catch (IOException e) {
            throw new ProcessException("The pipe to service '" + name + "' did not close" + tail(), e);
        }
    }

    /** Kills it as {@code kill -9} does, and returns when it is gone. */
    public void kill9() {
        process.destroyForcibly();
        awaitExit(DEATH_LIMIT);
    }

    /** Asks it to stop in good order, as {@code kill} does, and waits until it has. */
    public int terminate() {
        process.toHandle().destroy(); // unlike Process.destroy it leaves the pipes open
        return awaitExit(DEATH_LIMIT);
    }

    /** Waits until it has ended, and returns its exit status. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ProcessException(
                        "Service '" + name + "' (process " + process.pid() + ") did not end within " + limit.toSeconds()
                                + " s" + tail(),
                        null);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException("Interrupted while waiting for service '" + name + "' to end", e);
        }
    }

    /** The last lines that it has logged so far. */
    public List<String> log() {
        lock.lock();
        try {
            return List.copyOf(logged);
        } finally {
            lock.unlock();
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill9();
        }
    }
}
