package dev.troth.testkit.sim;

import dev.troth.protocol.Gid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A database server: its clock, whether it is up, the rows that its open transactions have locked, and its sessions. */
final class Database {
    private final String name;
    private final SkewedClock clock;
    private final Map<Gid, Object> locked = new HashMap<>();
    private final List<Runnable> sessions = new ArrayList<>();
    private boolean down;

    Database(String name, SkewedClock clock) {
        this.name = name;
        this.clock = clock;
    }

    SkewedClock clock() {
        return clock;
    }

    boolean isDown() {
        return down;
    }

    /** Six letters or digits. */
    String identity() {
        return (name.replace("-", "") + "000000").substring(0, 6);
    }

    /** {@code end} ends every session of one process. */
    void connected(Runnable end) {
        sessions.add(end);
    }

    /** Every session ends; what was prepared or committed stays. */
    void stop() {
        down = true;
        sessions.forEach(Runnable::run);
    }

    void start() {
        down = false;
    }

    /** Whether another transaction has inserted a row with that key and is still open. */
    boolean isLocked(Gid gid, Object by) {
        Object holder = locked.get(gid);
        return holder != null && holder != by;
    }

    void lock(Gid gid, Object by) {
        locked.put(gid, by);
    }

    void unlock(Object by) {
        locked.values().removeIf(holder -> holder == by);
    }

    @Override
    public String toString() {
        return name;
    }
}
