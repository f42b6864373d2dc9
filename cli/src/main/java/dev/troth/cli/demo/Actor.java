package dev.troth.cli.demo;

import dev.troth.spi.CrashPoint;
import java.net.URI;

/** A service that plays its part in the scenes, and can die in them. */
interface Actor extends AutoCloseable {
    /** Starts it, for the first time or after a death. */
    void start();

    /** From now on it dies when the first transaction reaches the point. */
    void dieAt(CrashPoint point);

    /** Waits until it has died as it was told. */
    void awaitDeath();

    /** Where it answers HTTP. */
    URI uri();

    /** Ends it for good. */
    @Override
    void close();
}
