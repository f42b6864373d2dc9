package dev.troth.cli.process;

import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Probe;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Does something the first time that a transaction passes a point, on the thread that passes it; at most once per arming. */
public final class Fuse implements Probe {
    private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();

    private record Armed(CrashPoint point, BiConsumer<CrashPoint, Gid> action) {}

    /** From now on the point does this; what was armed before is not any more. */
    public void arm(CrashPoint point, BiConsumer<CrashPoint, Gid> action) {
        armed.set(new Armed(point, action));
    }

    @Override
    public void reached(CrashPoint point, Gid gid) {
        Armed now = armed.get();
        if (now != null && now.point() == point && armed.compareAndSet(now, null)) {
            now.action().accept(point, gid);
        }
    }
}
