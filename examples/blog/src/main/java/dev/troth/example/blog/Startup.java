package dev.troth.example.blog;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened while a service starts. If the start fails in the middle, all of it is closed again, the last first. */
final class Startup implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    /** The service runs: its parts are its own from now on. */
    void done() {
        opened.clear();
    }

    @Override
    public void close() {
        for (AutoCloseable part : opened) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("{} did not close after a start that failed", part, e);
            }
        }
    }
}
