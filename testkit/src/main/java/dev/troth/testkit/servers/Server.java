package dev.troth.testkit.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A real server on 127.0.0.1, with a port, a directory and a password of its own. It ends with this JVM, however that ends,
 * and leaves nothing behind. Every wait has a limit, and its error shows the end of the server's log.
 *
 * <p>As a JUnit extension it is started before the first test of the class and closed after the last. Where its programs are
 * not installed the class is skipped, with the reason; with the environment variable {@code TROTH_REQUIRE_SERVERS=1} it fails.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final PostgresServer postgres = PostgresServer.local();
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public abstract sealed class Server implements ExecutionCondition, BeforeAllCallback, AfterAllCallback, AutoCloseable
        permits DatabaseServer, RabbitServer {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);
    private static final Duration CHILDREN_LIMIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int PORTS_TRIED = 5;
    private static final int LOG_TAIL_BYTES = 8_000;

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> environment = new LinkedHashMap<>(); // guarded by the lock
    private @Nullable Guard guard; // this and the next four are guarded by the lock
    private @Nullable Path directory;
    private @Nullable ProcessHandle process;
    private boolean shared;
    private int users;
    private volatile int port;

    Server(String name) {
        this.name = name;
    }

    /** What has to be installed before this server can start, with the line that installs it. */
    abstract Optional<String> missing();

    /** Writes what the server needs into its fresh directory. */
    abstract void furnish(Path home) throws IOException;

    /** A shell script that makes the server's data if there is none, and becomes the server by {@code exec}. */
    abstract String script(Path home, int listenPort);

    /** Whether the server that is this process takes connections now. */
    abstract boolean ready(Path home, int listenPort, long pid);

    /** The signal that lets the server end in good order without waiting for its clients. */
    abstract String stopSignal();

    /** The signal that ends the server at once when its data are of no more use. */
    abstract String endSignal();

    /** Whether a start failed because somebody else has the port. */
    boolean collided(int listenPort) {
        return !Ports.isFree(listenPort);
    }

    /** Gives back what {@link #furnish} took. */
    void unfurnish() {}

    /** Whether the programs of this server are installed. */
    public final boolean available() {
        return missing().isEmpty();
    }

    /**
     * Sets a variable of the environment in which the server's programs run, from the next start on.
     *
     * @param variable a name as POSIX has it: letters, digits and underscores
     */
    public Server environment(String variable, String value) {
        if (!VARIABLE.matcher(variable).matches()) {
            throw new IllegalArgumentException("'" + variable + "' cannot be the name of an environment variable");
        }
        locked(() -> environment.put(variable, value));
        return this;
    }

    /** The lines of a shell script that set the variables. */
    private String exports() {
        StringBuilder lines = new StringBuilder();
        environment.forEach((variable, value) -> lines.append("export ")
                .append(variable)
                .append('=')
                .append(Shell.words(List.of(value)))
                .append('\n'));
        return lines.toString();
    }

    /**
     * Starts the server and waits until it takes connections; does nothing if it runs. After {@link #stop()} or
     * {@link #kill9()} it comes back on the same port with the same data.
     *
     * @throws ServerException if it does not start
     */
    public Server start() {
        locked(() -> {
            if (runs()) {
                return;
            }
            missing().ifPresent(what -> {
                throw new ServerException(name + " cannot be started: " + what);
            });
            if (guard == null) {
                startFresh();
            } else {
                launch(1);
            }
        });
        return this;
    }

    private boolean runs() {
        if (process != null && guard().gone(Duration.ZERO)) {
            process = null; // it ended by itself
        }
        return process != null;
    }

    private void settle() {
        try {
            Path home = Files.createTempDirectory("troth-" + name.toLowerCase(Locale.ROOT) + "-");
            directory = home;
            guard = Guard.over(home, endSignal());
            furnish(home);
        } catch (IOException e) {
            throw new ServerException("No directory could be made for " + name, e);
        }
    }

    private void startFresh() {
        boolean started = false;
        try {
            settle();
            launch(PORTS_TRIED);
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private void launch(int tries) {
        for (int left = tries; left > 0; left--) {
            if (tries > 1) {
                port = Ports.free();
            }
            if (launched(left == 1)) {
                return;
            }
        }
    }

    private boolean launched(boolean lastTry) {
        Guard keeper = guard();
        long pid = keeper.start(exports() + script(home(), port));
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!ready(home(), port, pid)) {
            if (keeper.gone(PAUSE)) {
                if (!lastTry && collided(port)) {
                    return false;
                }
                throw failed("ended while it was starting");
            }
            if (System.nanoTime() > deadline) {
                keeper.signal("KILL", pid);
                throw failed("was not ready within " + START_LIMIT.toSeconds() + " s");
            }
        }
        process = ProcessHandle.of(pid).orElseThrow(() -> failed("ended as soon as it was ready"));
        return true;
    }

    /** Ends the server in good order and keeps its data; does nothing if it does not run. */
    public final void stop() {
        locked(() -> {
            if (runs()) {
                ProcessHandle running = running();
                guard().signal("CONT", family(running));
                guard().signal(stopSignal(), running.pid());
                if (!guard().gone(STOP_LIMIT)) {
                    throw failed("did not stop within " + STOP_LIMIT.toSeconds() + " s of " + stopSignal());
                }
                process = null;
            }
        });
    }

    /**
     * Kills the server as {@code kill -9} does, and returns when it and all its children are gone. Does nothing if it does not
     * run.
     */
    public final void kill9() {
        locked(() -> {
            if (runs()) {
                ProcessHandle running = running();
                guard().signal("STOP", running.pid()); // so that it has no child that we do not see
                List<ProcessHandle> children = running.descendants().toList();
                guard().signal("KILL", running.pid());
                if (!guard().gone(KILL_LIMIT)) {
                    throw failed("did not die within " + KILL_LIMIT.toSeconds() + " s of KILL");
                }
                process = null;
                bury(children);
            }
        });
    }

    private void bury(List<ProcessHandle> children) {
        long patience = System.nanoTime() + CHILDREN_LIMIT.toNanos();
        long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
        boolean patient = true;
        while (children.stream().anyMatch(Processes::runs)) {
            if (System.nanoTime() > deadline) {
                throw failed("left children that do not die: " + children);
            }
            if (patient && System.nanoTime() > patience) {
                patient = false; // a child at work does not see that its parent is gone
                guard().signal(
                                "KILL",
                                children.stream().mapToLong(ProcessHandle::pid).toArray());
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** Stops the server in good order and starts it again, on the same port with the same data. */
    public final void restart() {
        locked(() -> {
            stop();
            start();
        });
    }

    /** Freezes the server with all its children: connections stay open, nothing answers. Until {@link #resume()}. */
    public final void pause() {
        locked(() -> {
            ProcessHandle running = running();
            guard().signal("STOP", running.pid());
            guard().signal("STOP", family(running));
        });
    }

    /** Lets a paused server go on. */
    public final void resume() {
        locked(() -> guard().signal("CONT", family(running())));
    }

    private static long[] family(ProcessHandle process) {
        return LongStream.concat(
                        LongStream.of(process.pid()), process.descendants().mapToLong(ProcessHandle::pid))
                .toArray();
    }

    /** Whether the server runs; it may be paused. */
    public final boolean isRunning() {
        lock.lock();
        try {
            return runs();
        } finally {
            lock.unlock();
        }
    }

    /** The port it listens at, on 127.0.0.1: the same from the first start on. */
    public final int port() {
        if (port == 0) {
            throw new ServerException(name + " has no port yet: start it first");
        }
        return port;
    }

    /** The server's process; its children belong to it. */
    public final long pid() {
        lock.lock();
        try {
            return running().pid();
        } finally {
            lock.unlock();
        }
    }

    /** The last lines of the server's log. */
    public final String logTail() {
        try (var log = Files.newByteChannel(home().resolve("log"))) {
            log.position(Math.max(0, log.size() - LOG_TAIL_BYTES));
            var bytes = ByteBuffer.allocate(LOG_TAIL_BYTES);
            while (bytes.hasRemaining() && log.read(bytes) >= 0) {
                // read on
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its log cannot be read: " + e + ")";
        }
    }

    /** Ends the server and removes everything that belongs to it. Does nothing the second time. */
    @Override
    public final void close() {
        locked(() -> {
            if (guard != null) {
                process = null;
                port = 0;
                Guard keeper = guard;
                guard = null;
                unfurnish();
                keeper.close();
            }
        });
    }

    /** Skips a class whose server's programs are not installed; see the class comment. */
    @Override
    public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String suite = context.getTestClass().map(Class::getSimpleName).orElse(context.getDisplayName());
        return missing()
                .filter(what -> !required())
                .map(what -> ConditionEvaluationResult.disabled(suite + " is skipped: " + what))
                .orElse(ConditionEvaluationResult.enabled(name + " is there, or has to be"));
    }

    /** For tests that start a server by hand: the same as the class comment says, inside a test. */
    public final void assumeAvailable() {
        if (!required()) {
            missing().ifPresent(what -> {
                throw new TestAbortedException(what);
            });
        }
    }

    private static boolean required() {
        return "1".equals(System.getenv("TROTH_REQUIRE_SERVERS"));
    }

    @Override
    public final void beforeAll(ExtensionContext context) {
        locked(() -> {
            users++;
            start();
        });
    }

    @Override
    public final void afterAll(ExtensionContext context) {
        locked(() -> {
            users--;
            if (users == 0 && !shared) {
                close();
            }
        });
    }

    /** From now on the end of a test class does not close it: it serves every class of this JVM. */
    final void share() {
        shared = true;
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private Guard guard() {
        return orNotStarted(guard);
    }

    final Path home() {
        return orNotStarted(directory);
    }

    private ProcessHandle running() {
        return orNotStarted(process);
    }

    private <T> T orNotStarted(@Nullable T part) {
        if (part == null) {
            throw new ServerException(name + " is not running: start it first");
        }
        return part;
    }

    private ServerException failed(String what) {
        return new ServerException(name + " on port " + port + " " + what + ". Its log ends with:\n" + logTail());
    }
}
