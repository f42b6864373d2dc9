package dev.troth.testkit.idempotency;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sees every statement and commit of one delivery, and says where its fault strikes. Safe for use by several threads. */
final class Watch {
    private final Fault fault;
    private final @Nullable Gate gate;
    private final int holdAt;
    private final List<Point> points = new ArrayList<>(); // guarded by this, like all below
    private int statements;
    private int commits;
    private long progress;
    private @Nullable Point struck;
    private boolean connecting;

    private Watch(Fault fault, @Nullable Gate gate, int holdAt) {
        this.fault = fault;
        this.gate = gate;
        this.holdAt = holdAt;
    }

    static Watch of(Fault fault) {
        return new Watch(fault, null, 0);
    }

    /** Holds the delivery at the gate before its n-th point, statement or commit. */
    static Watch holding(Gate gate, int point) {
        return new Watch(Fault.NONE, gate, point);
    }

    /** Somebody is about to do that; tells what happens to it. May wait at the gate. */
    Optional<Harm> reached(Point point) {
        boolean stand;
        boolean strikes;
        synchronized (this) {
            points.add(point);
            progress++;
            int number = point.commit() ? ++commits : ++statements;
            strikes = fault.strikes(point, number);
            struck = strikes ? point : struck;
            stand = points.size() == holdAt;
        }
        if (stand && gate != null) {
            gate.stand();
        }
        return strikes ? Optional.of(fault.harm()) : Optional.empty();
    }

    /** It was done, or has failed. */
    synchronized void passed() {
        progress++;
    }

    /** It asks the pool for a connection, or has got one. */
    synchronized void connecting(boolean now) {
        connecting = now;
        progress++;
    }

    /** A pool may take its time. */
    synchronized boolean connecting() {
        return connecting;
    }

    /** Changes whenever the delivery gets on. */
    synchronized long progress() {
        return progress;
    }

    /** What was reached so far. */
    synchronized List<Point> points() {
        return List.copyOf(points);
    }

    /** Where the fault has struck. */
    synchronized Optional<Point> struck() {
        return Optional.ofNullable(struck);
    }
}
