package dev.troth.protocol.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * One branch wherever it is: at its participant's database and instances, and on the network.
 *
 * @param store the participant's database
 * @param instances what the participant's instances know
 * @param network what was sent to and by the branch
 * @param byHand a person has finished the prepared branch
 * @param heuristic the participant has noted that
 * @param readOnly the branch has ended once having written nothing
 * @param alone an instance has decided what nobody had told it
 */
record Site(
        Store store,
        List<Memory> instances,
        Network network,
        boolean byHand,
        boolean heuristic,
        boolean readOnly,
        boolean alone) {

    Site {
        instances = List.copyOf(instances);
    }

    static Site untouched(int instances) {
        return new Site(
                Store.EMPTY, Collections.nCopies(instances, Memory.NONE), Network.EMPTY, false, false, false, false);
    }

    Site with(Store other) {
        return new Site(other, instances, network, byHand, heuristic, readOnly, alone);
    }

    Site with(Network other) {
        return new Site(store, instances, other, byHand, heuristic, readOnly, alone);
    }

    Site send(Sent message) {
        return with(network.with(message));
    }

    /** The instances are alike, so it does not matter which of them it is. */
    Site with(int instance, Memory memory) {
        List<Memory> changed = new ArrayList<>(instances);
        changed.set(instance, memory.canonical());
        changed.sort(Comparator.comparing(Memory::toString));
        return new Site(store, changed, network, byHand, heuristic, readOnly, alone);
    }

    Site withDue(int instance, Memory.Due due) {
        return with(instance, new Memory(instances.get(instance).state(), due));
    }

    Site rolledBackByHand() {
        return new Site(store.rollBack(), instances, network, true, heuristic, readOnly, alone);
    }

    Site committedByHand(Store.Row row) {
        return new Site(store.commit(row), instances, network, true, heuristic, readOnly, alone);
    }

    Site withHeuristic() {
        return new Site(store, instances, network, byHand, true, readOnly, alone);
    }

    Site endedReadOnly() {
        return new Site(store, instances, network, byHand, heuristic, true, alone);
    }

    Site decidedAlone() {
        return new Site(store, instances, network, byHand, heuristic, readOnly, true);
    }

    /** Whether nothing is left to do here. */
    boolean isSettled() {
        return !store.prepared() && store.session() == Store.Session.NONE && !isBusy();
    }

    boolean isBusy() {
        return instances.stream().anyMatch(memory -> !memory.equals(Memory.NONE));
    }

    /** How it is, for the end of a chart. */
    String summary() {
        return "committed " + store.applied() + " times, " + (store.prepared() ? "prepared" : "not prepared")
                + ", branch row " + store.row() + (byHand ? ", finished by a person" : "")
                + (heuristic ? ", heuristic" : "");
    }
}
