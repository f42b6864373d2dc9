package dev.troth.soak;

import dev.troth.cli.harness.Polling;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** How far a run is. */
final class Progress {
    private final DataSource writers;
    private final DataSource readers;
    private final Consumer<String> say;

    Progress(DataSource writers, DataSource readers, Consumer<String> say) {
        this.writers = writers;
        this.readers = readers;
        this.say = say;
    }

    /**
     * Until so many were applied.
     *
     * @param silence the run has failed if nothing more was applied for so long
     * @param pause between two looks
     * @param note is said with each look
     * @throws AssertionError if nothing goes on
     */
    void until(long applied, Duration silence, Duration pause, Supplier<String> note) throws InterruptedException {
        long last = -1;
        long moved = System.nanoTime();
        while (true) {
            long now = applied();
            if (now >= applied) {
                return;
            }
            if (now > last) {
                last = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > silence.toNanos()) {
                throw new AssertionError("Nothing was applied for " + silence + ", after " + last + ": " + left());
            }
            say.accept("applied " + now + note.get());
            boolean unused = new CountDownLatch(1).await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** -1 while the database does not answer. */
    private long applied() {
        try {
            return Audit.count(readers, "applied");
        } catch (SQLException away) {
            return -1;
        }
    }

    /**
     * Until nothing waits any more.
     *
     * @throws AssertionError if that is not so after the limit
     */
    void untilNothingIsLeft(Duration limit) {
        Duration unused = Polling.untilNothing(limit, this::left);
    }

    /** What is not where it should be at the end; empty if everything is. */
    private String left() {
        try {
            long waiting = Audit.count(writers, "troth_outbox");
            long dead = Audit.count(readers, "troth_dead_letters");
            return waiting + dead == 0 ? "" : waiting + " messages wait in the outbox, " + dead + " are dead letters";
        } catch (SQLException away) {
            return away.toString();
        }
    }
}
