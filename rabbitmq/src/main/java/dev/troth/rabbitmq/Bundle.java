package dev.troth.rabbitmq;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Parcels that are published as one message: those that gather for one route while earlier ones are under way there. Belongs to its {@link Lane}.
 */
final class Bundle {
    private final List<Parcel> parcels = new ArrayList<>(1);
    private final Route route;
    private final Parcel.Sharing sharing;
    private int bytes;

    Bundle(Parcel first) {
        this.route = first.route();
        this.sharing = first.sharing();
        add(first);
    }

    private void add(Parcel parcel) {
        parcels.add(parcel);
        bytes += parcel.sharing().bytes();
    }

    /** Takes the parcel in if there is room, and it lives about as long as the others. */
    boolean takes(Parcel parcel) {
        boolean fits = !full()
                && bytes + parcel.sharing().bytes() <= sharing.maxBytes()
                && parcel.livesAsLongAs(parcels.get(0));
        if (fits) {
            add(parcel);
        }
        return fits;
    }

    /** Whether it can share its message with others at all. */
    boolean shares() {
        return sharing.most() > 1;
    }

    boolean full() {
        return parcels.size() >= sharing.most();
    }

    Route route() {
        return route;
    }

    /** As it is now. */
    List<Parcel> parcels() {
        return List.copyOf(parcels);
    }

    boolean isEmpty() {
        return parcels.isEmpty();
    }

    boolean removeIf(Predicate<Parcel> condition) {
        return parcels.removeIf(condition);
    }
}
