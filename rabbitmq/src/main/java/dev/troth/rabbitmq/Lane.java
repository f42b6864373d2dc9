package dev.troth.rabbitmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one address: a queue of parcels that wait, and behind it those that the broker has not confirmed, by their number
 * on the lane's own channel. Guarded by the {@link Ledger}'s lock.
 *
 * <p>A queue that does not answer (its leader is being elected, its disk is full) holds up its channel at the broker, and what
 * has been given up here is still in front of that channel. So it keeps its place in the window: a broker reads on from a connection
 * only while no channel of it is more than 400 publishes behind ({@code credit_flow_default_credit}).
 */
final class Lane {
    private static final int WINDOW = 300;

    private final Deque<Parcel> waiting = new ArrayDeque<>();
    private final NavigableMap<Long, Optional<Parcel>> unconfirmed = new TreeMap<>(); // empty: given up
    private long published;
    private boolean refusing;

    void add(Parcel parcel) {
        waiting.addLast(parcel);
    }

    /** In this order before all that wait. */
    void addFirst(List<Parcel> parcels) {
        for (int i = parcels.size(); i > 0; i--) {
            waiting.addFirst(parcels.get(i - 1));
        }
    }

    boolean mayPublish() {
        return !waiting.isEmpty() && unconfirmed.size() < (refusing ? 1 : WINDOW);
    }

    /** The next parcel, which waits elsewhere from now on if that is so; only if it {@link #mayPublish}. */
    Optional<Parcel> passOn(Predicate<Parcel> elsewhere) {
        return elsewhere.test(waiting.getFirst()) ? Optional.of(waiting.removeFirst()) : Optional.empty();
    }

    /** The next parcel, which is unconfirmed from now on, with its number; only if it {@link #mayPublish}. */
    Ledger.Numbered publish() {
        if (refusing) { // the next ones go over a channel that refuses nothing yet
            refusing = false;
            published = 0;
        }
        Parcel parcel = waiting.removeFirst();
        parcel.returned = false;
        parcel.publishes++;
        unconfirmed.put(++published, Optional.of(parcel));
        return new Ledger.Numbered(this, published, parcel);
    }

    /** An unconfirmed parcel; null if it is confirmed or was given up. */
    @Nullable
    Parcel unconfirmed(long number) {
        return Objects.requireNonNullElse(unconfirmed.get(number), Optional.<Parcel>empty())
                .orElse(null);
    }

    /** Takes out what the broker has confirmed. */
    List<Parcel> confirmed(long number, boolean upTo) {
        Map<Long, Optional<Parcel>> these =
                upTo ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
        List<Parcel> confirmed =
                these.values().stream().flatMap(Optional::stream).toList();
        these.clear();
        return confirmed;
    }

    /** As {@link #confirmed}; nothing more is published before everything is confirmed or refused, and then on another channel. */
    List<Parcel> refused(long number, boolean upTo) {
        refusing = true;
        return confirmed(number, upTo);
    }

    /** The channel is gone: what was not confirmed waits again, in the old order, in front. */
    void restart() {
        unconfirmed.descendingMap().values().forEach(parcel -> parcel.ifPresent(waiting::addFirst));
        unconfirmed.clear();
        refusing = false;
        published = 0;
    }

    boolean remove(Parcel parcel) {
        return waiting.remove(parcel) || unconfirmed.values().remove(Optional.of(parcel));
    }

    /** Takes out what has waited too long, published or not. */
    List<Parcel> overdue(long now) {
        List<Parcel> overdue = new ArrayList<>();
        unconfirmed.replaceAll((number, parcel) -> {
            if (parcel.filter(one -> one.overdue(now)).isEmpty()) {
                return parcel;
            }
            parcel.ifPresent(overdue::add);
            return Optional.empty();
        });
        for (Iterator<Parcel> each = waiting.iterator(); each.hasNext(); ) {
            Parcel parcel = each.next();
            if (parcel.overdue(now)) {
                each.remove();
                overdue.add(parcel);
            }
        }
        return overdue;
    }

    /** Takes out everything. */
    List<Parcel> empty() {
        restart();
        List<Parcel> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
