package dev.troth.protocol.check;

import java.util.Arrays;

/**
 * Every state that was reached, by number in the order of its discovery: a few integers each, in one array, found again by hashing.
 * Ten million states take some 300 MB.
 */
final class StateTable {
    private final int width;
    private int[] cells;
    private int[] parents = new int[1 << 12];
    private int[] slots = new int[1 << 13];
    private int size;

    /** A table of states of {@code width} integers. */
    StateTable(int width) {
        this.width = width;
        this.cells = new int[width << 12];
        Arrays.fill(slots, -1);
    }

    int size() {
        return size;
    }

    int parent(int state) {
        return parents[state];
    }

    void read(int state, int[] into) {
        System.arraycopy(cells, state * width, into, 0, width);
    }

    /** Returns the number of the state; it is new if it is the number that {@link #size()} was. */
    int add(int[] state, int parent) {
        int slot = slotOf(state);
        if (slots[slot] >= 0) {
            return slots[slot];
        }
        if (size == parents.length) {
            parents = Arrays.copyOf(parents, size + (size >> 1));
            cells = Arrays.copyOf(cells, parents.length * width);
        }
        System.arraycopy(state, 0, cells, size * width, width);
        parents[size] = parent;
        slots[slot] = size;
        size++;
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        Arrays.fill(slots, -1);
        int[] state = new int[width];
        for (int i = 0; i < size; i++) {
            read(i, state);
            slots[slotOf(state)] = i;
        }
    }

    private int slotOf(int[] state) {
        int hash = 0;
        for (int cell : state) {
            hash = (hash + cell) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] >= 0 && !isAt(slots[slot], state)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int number, int[] state) {
        int start = number * width;
        for (int i = 0; i < width; i++) {
            if (cells[start + i] != state[i]) {
                return false;
            }
        }
        return true;
    }
}
