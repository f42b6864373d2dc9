package dev.troth.protocol.check;

import java.util.Arrays;

/**
 * Every state that was reached, by number in the order of its discovery. The numbers of a state's parts are packed into one long; those
 * are found again by hashing, key and number side by side, because what this costs is memory that is not in the cache. Some 50 bytes per
 * state.
 */
final class StateTable {
    private static final int CENTRE_BITS = 18;
    private static final long EMPTY = -1;

    private final int bits;
    private long[] states = new long[1 << 12];
    private int[] parents = new int[1 << 12];
    private long[] slots = new long[1 << 14]; // state, number, state, number …
    private int size;

    /** A table of states of a centre and so many sites. */
    StateTable(int sites) {
        this.bits = Math.min(31, (Long.SIZE - 1 - CENTRE_BITS) / sites);
        Arrays.fill(slots, EMPTY);
    }

    int size() {
        return size;
    }

    int parent(int state) {
        return parents[state];
    }

    void read(int number, int[] into) {
        long state = states[number];
        for (int i = 1; i < into.length; i++) {
            into[i] = (int) (state & ((1L << bits) - 1));
            state >>>= bits;
        }
        into[0] = (int) state;
    }

    private long pack(int[] parts) {
        long state = parts[0];
        long excess = state >> CENTRE_BITS;
        for (int i = parts.length - 1; i > 0; i--) {
            state = (state << bits) | parts[i];
            excess |= (long) parts[i] >> bits;
        }
        if (excess != 0) {
            throw new IllegalStateException("A part's number has too many bits: " + Arrays.toString(parts));
        }
        return state;
    }

    /** Returns the number of the state; it is new if it is the number that {@link #size()} was. */
    int add(int[] parts, int parent) {
        long state = pack(parts);
        int slot = slotOf(state);
        if (slots[slot] == state) {
            return (int) slots[slot + 1];
        }
        if (size == states.length) {
            states = Arrays.copyOf(states, size + (size >> 1));
            parents = Arrays.copyOf(parents, size + (size >> 1));
        }
        states[size] = state;
        parents[size] = parent;
        slots[slot] = state;
        slots[slot + 1] = size;
        size++;
        if (size * 3L > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new long[slots.length * 2];
        Arrays.fill(slots, EMPTY);
        for (int number = 0; number < size; number++) {
            int slot = slotOf(states[number]);
            slots[slot] = states[number];
            slots[slot + 1] = number;
        }
    }

    private int slotOf(long state) {
        int mask = slots.length / 2 - 1;
        int slot = (int) ((state * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (slots[2 * slot] != EMPTY && slots[2 * slot] != state) {
            slot = (slot + 1) & mask;
        }
        return 2 * slot;
    }
}
