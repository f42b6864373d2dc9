package dev.troth.testkit.idempotency;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All histories for some messages. What happens at a statement is played for one message of each kind, messages being of the same kind
 * whose deliveries run the same statements; everything else is played for each.
 */
final class Histories {
    private static final int ALL_ORDERS_UP_TO = 4;
    private static final int ORDERS_OF_MANY = 20;

    private final List<? extends Sample<?>> samples;
    private final List<List<Point>> traces;
    private final List<History> all = new ArrayList<>();

    private Histories(List<? extends Sample<?>> samples, List<List<Point>> traces) {
        this.samples = samples;
        this.traces = traces;
    }

    /**
     * Lists them.
     *
     * @param traces the statements and commits of each message's delivery
     */
    static List<History> of(
            List<? extends Sample<?>> samples, List<List<Point>> traces, boolean inAnyOrder, long seed) {
        Histories histories = new Histories(samples, traces);
        histories.duplicates();
        histories.orders(inAnyOrder, new Random(seed));
        histories.faults();
        return List.copyOf(histories.all);
    }

    private void duplicates() {
        List<Integer> order = History.inOrder(samples.size());
        for (int target : order) {
            add(Harm.TWICE, target, 0, again(order, target, 0));
            for (int others = 1; target + others < samples.size(); others++) {
                add(Harm.LATE_DUPLICATE, target, others, again(order, target, others));
            }
            add(Harm.CRASH_BEFORE_ACK, target, 0, order);
        }
        List<Integer> batches = new ArrayList<>(order);
        batches.addAll(order);
        all.add(new History(Harm.BATCH_AGAIN, -1, 0, batches, Harm.BATCH_AGAIN.word()));
    }

    private static List<Integer> again(List<Integer> order, int target, int others) {
        List<Integer> more = new ArrayList<>(order);
        more.add(target + others + 1, target);
        return more;
    }

    private void orders(boolean inAnyOrder, Random random) {
        Set<List<Integer>> orders = new LinkedHashSet<>();
        List<Integer> order = History.inOrder(samples.size());
        if (samples.size() <= ALL_ORDERS_UP_TO) {
            permutations(order).forEach(each -> orders.add(inAnyOrder ? each : keepingKeys(each)));
        } else {
            for (int i = 0; i < ORDERS_OF_MANY; i++) {
                List<Integer> shuffled = new ArrayList<>(order);
                Collections.shuffle(shuffled, random);
                orders.add(inAnyOrder ? shuffled : keepingKeys(shuffled));
            }
        }
        orders.remove(order);
        int number = 0;
        for (List<Integer> each : orders) {
            number++;
            all.add(new History(Harm.REORDERED, -1, number, each, Harm.REORDERED.word() + " " + number));
        }
    }

    private static List<List<Integer>> permutations(List<Integer> of) {
        if (of.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Integer>> found = new ArrayList<>();
        for (Integer first : of) {
            List<Integer> others = new ArrayList<>(of);
            others.remove(first);
            for (List<Integer> rest : permutations(others)) {
                List<Integer> one = new ArrayList<>(List.of(first));
                one.addAll(rest);
                found.add(one);
            }
        }
        return found;
    }

    /** Each place keeps its key, and gets that key's next message. */
    private List<Integer> keepingKeys(List<Integer> shuffled) {
        Map<String, Deque<Integer>> byKey = new HashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            byKey.computeIfAbsent(samples.get(i).key(), key -> new ArrayDeque<>())
                    .add(i);
        }
        return shuffled.stream()
                .map(i -> byKey.getOrDefault(samples.get(i).key(), new ArrayDeque<>())
                        .remove())
                .toList();
    }

    private void faults() {
        List<Integer> order = History.inOrder(samples.size());
        Set<List<Point>> seen = new HashSet<>();
        for (int target : order) {
            List<Point> trace = traces.get(target);
            if (!seen.add(trace)) {
                continue;
            }
            int commits = (int) trace.stream().filter(Point::commit).count();
            for (Harm harm : Harm.values()) {
                int places = Fault.atStatement(harm)
                        ? trace.size() - commits
                        : Fault.atCommit(harm) ? commits : harm == Harm.AT_ONCE ? trace.size() : 0;
                IntStream.rangeClosed(1, places).forEach(at -> add(harm, target, at, order));
            }
        }
    }

    private void add(Harm harm, int target, int at, List<Integer> order) {
        String name = harm.word() + " " + samples.get(target).id() + (at == 0 ? "" : " " + at);
        all.add(new History(harm, target, at, order, name));
    }
}
