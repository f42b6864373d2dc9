package dev.troth.spi;

import dev.troth.protocol.Gid;

/** Is told when a transaction passes a {@link CrashPoint}. It may block or halt the process: that is what it is for. */
@FunctionalInterface
public interface Probe {
    /** Does nothing. */
    Probe NONE = (point, gid) -> {};

    /** Called on the thread that does the work, right at the point. */
    void reached(CrashPoint point, Gid gid);
}
