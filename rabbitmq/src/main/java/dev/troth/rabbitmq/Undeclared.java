package dev.troth.rabbitmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parcels whose delay is not declared in this session. They have no number on any channel yet, so they hold up nobody. Guarded by the
 * {@link Ledger}'s lock.
 */
final class Undeclared {
    private final Deque<Parcel> waiting = new ArrayDeque<>();
    private final Set<String> declared = new HashSet<>();

    /** Whether the parcel has to wait here before it is published. */
    boolean lacks(Parcel parcel) {
        return parcel.route().isDelayed() && !declared.contains(parcel.route().exchange());
    }

    void add(Parcel parcel) {
        waiting.addLast(parcel);
    }

    /** What is to be declared next. */
    Optional<Route> next() {
        return Optional.ofNullable(waiting.peekFirst()).map(Parcel::route);
    }

    /** Its parcels lack nothing from now on. */
    void declared(Route route) {
        declared.add(route.exchange());
    }

    /** It is declared anew when it is used again. */
    void missing(Route route) {
        declared.remove(route.exchange());
    }

    /** A session begins: whatever was declared before may be gone. */
    void restart() {
        declared.clear();
    }

    /** Takes out what waits for this one, in the old order. */
    List<Parcel> take(Route route) {
        List<Parcel> taken = new ArrayList<>();
        waiting.removeIf(parcel -> parcel.route().exchange().equals(route.exchange()) && taken.add(parcel));
        return taken;
    }

    /** Takes out what has waited too long. */
    List<Parcel> overdue(long now) {
        List<Parcel> overdue = new ArrayList<>();
        waiting.removeIf(parcel -> parcel.overdue(now) && overdue.add(parcel));
        return overdue;
    }

    /** Takes out everything. */
    List<Parcel> empty() {
        List<Parcel> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
