package dev.troth.testkit.idempotency;

import java.util.Optional;

/** A consumer from its start to its crash or its end. */
final class Life<M> implements AutoCloseable {
    private final String name;
    private final FaultyDatabase database;
    private final Taker<M> taker;
    private boolean closed;

    /** What takes messages. */
    interface Taker<M> extends AutoCloseable {
        /** Applies a message; when this returns, it is acknowledged. */
        void take(Sample<M> sample) throws Exception;

        /** Lets go of everything. */
        @Override
        void close();
    }

    /** Starts what takes messages. */
    @FunctionalInterface
    interface Starter<M> {
        Taker<M> start(FaultyDatabase database) throws Exception;
    }

    private Life(String name, FaultyDatabase database, Taker<M> taker) {
        this.name = name;
        this.database = database;
        this.taker = taker;
    }

    static <M> Life<M> start(int number, FaultyDatabase database, Starter<M> starter) {
        try {
            return new Life<>("consumer " + number, database, starter.start(database));
        } catch (Exception e) {
            throw new AssertionError("The consumer does not start, so no message was delivered: " + e, e);
        }
    }

    /** Delivers a message once; what it throws is not acknowledged. */
    Optional<Throwable> deliver(Sample<M> sample, Watch watch) {
        database.watch(watch);
        watch.passed();
        try {
            taker.take(sample);
            return Optional.empty();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) { // whatever a handler throws, the message is not acknowledged
            return Optional.of(e);
        } finally {
            database.watch(Watch.of(Fault.NONE));
        }
    }

    /** Whether it has used the database that it was given. */
    boolean usedDatabase() {
        return database.used();
    }

    /** Everything that it knows and has not committed is gone. */
    void crash() {
        database.crash();
        close();
    }

    /** Takes everything back that it has left open. Does nothing the second time. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            taker.close();
        } finally {
            database.end();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
