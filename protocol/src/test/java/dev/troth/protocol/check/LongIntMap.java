package dev.troth.protocol.check;

import java.util.Arrays;
import java.util.function.LongToIntFunction;

/** Remembers the values of a function of longs, which are not negative, without an object for each. */
final class LongIntMap {
    private long[] keys = new long[1 << 10];
    private int[] values = new int[1 << 10];
    private int size;

    LongIntMap() {
        Arrays.fill(values, -1);
    }

    int computeIfAbsent(long key, LongToIntFunction function) {
        int slot = slotOf(key);
        if (values[slot] >= 0) {
            return values[slot];
        }
        int value = function.applyAsInt(key);
        if (++size * 2 > keys.length) {
            grow();
        }
        slot = slotOf(key);
        keys[slot] = key;
        values[slot] = value;
        return value;
    }

    private int slotOf(long key) {
        int mask = keys.length - 1;
        int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (values[slot] >= 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[oldValues.length * 2];
        Arrays.fill(values, -1);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] >= 0) {
                int slot = slotOf(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
