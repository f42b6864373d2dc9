package dev.troth.bench.recovery;

import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import dev.troth.bench.fixture.Pair;
import dev.troth.bench.fixture.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Proves that an instance that starts finishes branches that were really prepared when everybody died: of every three, two have a decision to
 * commit in the log, and one has none, so it rolls back. The server needs {@code max_prepared_transactions} for all of them. In the end
 * nothing is prepared, and the rows of exactly those are there that were decided.
 */
public final class BranchesInDoubt {
    private static final int PREPARERS = 8;
    private static final int THREE = 3;
    private static final double NANOS = 1e9;

    private BranchesInDoubt() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, BranchesInDoubt::measure);
    }

    /** What was measured. */
    public static Map<String, Object> measure(Setting setting) throws Exception {
        int branches = setting.number("branches", 10_000);
        int committed = branches / THREE * 2;
        Map<String, Object> figures = new LinkedHashMap<>();
        try (Database left = new Database(setting.databases().get(0), 2 * PREPARERS);
                Database right = new Database(setting.databases().get(1), 2 * PREPARERS)) {
            Crashed crashed = new Crashed(left, right);
            prepare(crashed, branches);
            crashed.decide(0, committed);
            long prepared = right.prepared();
            long began = System.nanoTime();
            try (Pair pair = new Pair(setting, left, right, Pair.Options.defaults())) {
                boolean resolved = right.becomes(Database.PREPARED, 0);
                double took = (System.nanoTime() - began) / NANOS;
                boolean reported = left.becomes(Database.OWED, 0);
                boolean rows = right.number("SELECT count(*) FROM written WHERE id < " + committed) == committed
                        && right.written() == committed;
                figures.put("branches", prepared);
                figures.put("resolve_s", Load.rounded(took));
                figures.put("resolved_per_second", Load.rounded(prepared / took));
                figures.put("right", prepared == branches && resolved && reported && rows);
            }
        }
        return figures;
    }

    private static void prepare(Crashed crashed, int branches) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PREPARERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < PREPARERS; i++) {
                int first = i;
                all.add(threads.submit(() -> {
                    for (int number = first; number < branches; number += PREPARERS) {
                        crashed.prepare(number);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
