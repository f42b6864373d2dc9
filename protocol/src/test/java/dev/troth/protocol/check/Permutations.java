package dev.troth.protocol.check;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** All orders of the first numbers, without the one in which they are. */
final class Permutations {
    private Permutations() {}

    static List<List<Integer>> of(int size) {
        List<List<Integer>> all = new ArrayList<>();
        extend(all, List.of(), size);
        all.remove(IntStream.range(0, size).boxed().toList());
        return all;
    }

    private static void extend(List<List<Integer>> all, List<Integer> start, int size) {
        if (start.size() == size) {
            all.add(start);
        }
        for (int next = 0; next < size; next++) {
            if (!start.contains(next)) {
                List<Integer> longer = new ArrayList<>(start);
                longer.add(next);
                extend(all, longer, size);
            }
        }
    }
}
