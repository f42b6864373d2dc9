package dev.troth.protocol.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All sets that are not empty. */
final class Subsets {
    private Subsets() {}

    static List<Set<Integer>> of(Set<Integer> all) {
        List<Integer> sorted = all.stream().sorted().toList();
        List<Set<Integer>> subsets = new ArrayList<>();
        for (int bits = 1; bits < 1 << sorted.size(); bits++) {
            Set<Integer> subset = new TreeSet<>();
            for (int i = 0; i < sorted.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    subset.add(sorted.get(i));
                }
            }
            subsets.add(subset);
        }
        return subsets;
    }
}
