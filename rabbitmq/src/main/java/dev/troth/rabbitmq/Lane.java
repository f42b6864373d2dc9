package dev.troth.rabbitmq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one address: a queue of bundles of parcels that wait, and behind it those that the broker has not confirmed, by their number
 * on the lane's own channel. Guarded by the {@link Ledger}'s lock.
 *
 * <p>A queue that does not answer (its leader is being elected, its disk is full) holds up its channel at the broker, and what
 * has been given up here is still in front of that channel. So it keeps its place in the window: a broker reads on from a connection
 * only while no channel of it is more than 400 publishes behind ({@code credit_flow_default_credit}).
 */
final class Lane {
    private static final int WINDOW = 300;

    /** While so many messages to a route are not confirmed, what follows gathers there until it is a full one. */
    private static final int UNDER_WAY = 2;

    private final Deque<Bundle> waiting = new ArrayDeque<>();
    private final Map<Route, Bundle> gathering = new HashMap<>(); // of those that wait, into which others may come
    private final NavigableMap<Long, Bundle> unconfirmed = new TreeMap<>(); // empty: given up
    private final Map<Route, Integer> underWay = new HashMap<>(); // of what can share
    private long published;
    private boolean refusing;

    void add(Parcel parcel) {
        Bundle open = gathering.get(parcel.route());
        if (open != null && open.takes(parcel)) {
            return;
        }
        Bundle fresh = new Bundle(parcel);
        waiting.addLast(fresh);
        if (fresh.shares()) {
            gathering.put(parcel.route(), fresh);
        }
    }

    /** In this order before all that wait. */
    void addFirst(List<Parcel> parcels) {
        for (int i = parcels.size(); i > 0; i--) {
            waiting.addFirst(new Bundle(parcels.get(i - 1)));
        }
    }

    boolean mayPublish() {
        return unconfirmed.size() < (refusing ? 1 : WINDOW) && next() != null;
    }

    /** What is not full waits for company, but not when there is little to do. */
    private @Nullable Bundle next() {
        for (Bundle bundle : waiting) {
            boolean gathers = bundle.shares()
                    && bundle == gathering.get(bundle.route())
                    && !bundle.full()
                    && underWay.getOrDefault(bundle.route(), 0) >= UNDER_WAY;
            if (!gathers) {
                return bundle;
            }
        }
        return null;
    }

    private Bundle takeNext() {
        Bundle next = Objects.requireNonNull(next(), "nothing may be published");
        waiting.remove(next);
        gathering.remove(next.route(), next);
        return next;
    }

    /** The next parcels, which wait elsewhere from now on if that is so; only if it {@link #mayPublish}. */
    List<Parcel> passOn(Predicate<Parcel> elsewhere) {
        Bundle next = Objects.requireNonNull(next(), "nothing may be published");
        return next.parcels().stream().anyMatch(elsewhere) ? takeNext().parcels() : List.of();
    }

    /** The next parcels, which are unconfirmed from now on, with their number; only if it {@link #mayPublish}. */
    Ledger.Numbered publish() {
        if (refusing) { // the next ones go over a channel that refuses nothing yet
            refusing = false;
            published = 0;
        }
        Bundle next = takeNext();
        List<Parcel> parcels = next.parcels();
        for (Parcel parcel : parcels) {
            parcel.returned = false;
            parcel.publishes++;
        }
        unconfirmed.put(++published, next);
        if (next.shares()) {
            underWay.merge(next.route(), 1, Integer::sum);
        }
        return new Ledger.Numbered(this, published, parcels);
    }

    /** What went unconfirmed with that number; nothing if it is confirmed or was given up. */
    List<Parcel> unconfirmed(long number) {
        Bundle bundle = unconfirmed.get(number);
        return bundle == null ? List.of() : bundle.parcels();
    }

    /** Takes out what the broker has confirmed. */
    List<Parcel> confirmed(long number, boolean upTo) {
        Map<Long, Bundle> these =
                upTo ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
        List<Parcel> confirmed = new ArrayList<>();
        for (Bundle bundle : these.values()) {
            confirmed.addAll(bundle.parcels());
            if (bundle.shares()) {
                underWay.computeIfPresent(bundle.route(), (route, many) -> many == 1 ? null : many - 1);
            }
        }
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
        unconfirmed.descendingMap().values().stream()
                .filter(bundle -> !bundle.isEmpty())
                .forEach(waiting::addFirst);
        unconfirmed.clear();
        underWay.clear();
        refusing = false;
        published = 0;
    }

    boolean remove(Parcel parcel) {
        boolean found = false;
        for (Bundle bundle : waiting) {
            found |= bundle.removeIf(one -> one == parcel);
        }
        for (Bundle bundle : unconfirmed.values()) {
            found |= bundle.removeIf(one -> one == parcel);
        }
        forgetEmpty();
        return found;
    }

    private void forgetEmpty() {
        waiting.removeIf(bundle -> bundle.isEmpty() && closed(bundle));
    }

    /** Nothing comes into it any more. */
    private boolean closed(Bundle bundle) {
        gathering.remove(bundle.route(), bundle);
        return true;
    }

    /** Takes out what has waited too long, published or not. */
    List<Parcel> overdue(long now) {
        List<Parcel> overdue = new ArrayList<>();
        Predicate<Parcel> tooLate = parcel -> parcel.overdue(now) && overdue.add(parcel);
        unconfirmed.values().forEach(bundle -> bundle.removeIf(tooLate));
        waiting.forEach(bundle -> bundle.removeIf(tooLate));
        forgetEmpty();
        return overdue;
    }

    /** Takes out everything. */
    List<Parcel> empty() {
        restart();
        List<Parcel> all =
                waiting.stream().flatMap(bundle -> bundle.parcels().stream()).toList();
        waiting.clear();
        gathering.clear();
        return all;
    }
}
