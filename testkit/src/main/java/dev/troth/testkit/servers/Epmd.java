package dev.troth.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Erlang's name server, one of our own: a node would otherwise start one that outlives it, or meet one that listens everywhere.
 * Those who use it together close it together: it ends when all have.
 */
final class Epmd {
    private static final Duration LISTENS_LIMIT = Duration.ofMillis(300);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Guard guard;
    private final int port;
    private final AtomicInteger users = new AtomicInteger(1);

    private Epmd(Guard guard, int port) {
        this.guard = guard;
        this.port = port;
    }

    static Epmd start() {
        try {
            Guard guard = Guard.over(Files.createTempDirectory("troth-epmd-"), "KILL");
            long deadline = System.nanoTime() + START_LIMIT.toNanos();
            while (System.nanoTime() < deadline) {
                int port = Ports.free();
                guard.start("exec epmd -address 127.0.0.1 -port " + port + "\n");
                while (!guard.gone(LISTENS_LIMIT) && System.nanoTime() < deadline) {
                    if (!Ports.isFree(port)) {
                        return new Epmd(guard, port);
                    }
                }
            }
            guard.close();
            throw new ServerException("epmd did not start within " + START_LIMIT.toSeconds() + " s");
        } catch (IOException e) {
            throw new ServerException("No directory could be made for epmd", e);
        }
    }

    int port() {
        return port;
    }

    /** A further user has it. */
    Epmd shared() {
        users.incrementAndGet();
        return this;
    }

    /** A user is done with it; the last one ends it. */
    void close() {
        if (users.decrementAndGet() == 0) {
            guard.close();
        }
    }
}
