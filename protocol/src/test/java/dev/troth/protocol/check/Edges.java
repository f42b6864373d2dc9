package dev.troth.protocol.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** From which state which others can be reached in one step, in the order of the states. */
final class Edges {
    private static final int CHUNK = 1 << 20;

    private final List<int[]> targets = new ArrayList<>();
    private int[] starts = new int[1 << 12];
    private int states;
    private int size;

    /** The edges that are added from now on leave the next state. */
    void nextState() {
        if (states == starts.length) {
            starts = Arrays.copyOf(starts, states + (states >> 1));
        }
        starts[states++] = size;
    }

    void add(int target) {
        if (size == targets.size() * CHUNK) {
            targets.add(new int[CHUNK]);
        }
        targets.get(size / CHUNK)[size % CHUNK] = target;
        size++;
    }

    /** All states from which one of these can be reached, these included. */
    BitSet leadingTo(BitSet goals) {
        BitSet leading = (BitSet) goals.clone();
        boolean again = true;
        while (again) {
            again = false;
            for (int state = states - 1; state >= 0; state--) {
                if (!leading.get(state) && leads(state, leading)) {
                    leading.set(state);
                    again = true;
                }
            }
        }
        return leading;
    }

    private boolean leads(int state, BitSet leading) {
        int end = state + 1 == states ? size : starts[state + 1];
        for (int i = starts[state]; i < end; i++) {
            if (leading.get(targets.get(i / CHUNK)[i % CHUNK])) {
                return true;
            }
        }
        return false;
    }
}
