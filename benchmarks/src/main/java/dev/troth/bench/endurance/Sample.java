package dev.troth.bench.endurance;

import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is looked at every few seconds, by name. */
final class Sample {
    private static final double MB = 1 << 20;
    private static final String SIZE =
            "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relname IN ";
    private static final String INDEXES =
            "SELECT coalesce(sum(pg_indexes_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relname IN ";
    private static final String DEAD =
            "SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables WHERE relname IN ";
    private static final String ROWS = "SELECT count(*) FROM ";

    private Sample() {}

    static Map<String, Double> take(Database left, Database right, Load load) throws SQLException {
        System.gc();
        Map<String, Double> sample = new LinkedHashMap<>();
        sample.put("heap_mb", heap());
        sample.put("metaspace_mb", metaspace());
        sample.put("threads", (double) ManagementFactory.getThreadMXBean().getThreadCount());
        table(sample, left, "troth_decisions");
        table(sample, right, "troth_branches");
        sample.put("connections", (double) (connections(left) + connections(right)));
        Load.Window window = load.window();
        sample.put("per_second", window.perSecond());
        sample.put("p50_ms", window.p50());
        sample.put("p99_ms", window.p99());
        return sample;
    }

    /** Right after a collection: what is reachable, and what was allocated since. */
    private static double heap() {
        return Load.rounded(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MB);
    }

    private static double metaspace() {
        return Load.rounded(ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.NON_HEAP)
                        .mapToLong(pool -> pool.getUsage().getUsed())
                        .sum()
                / MB);
    }

    private static void table(Map<String, Double> sample, Database database, String table) throws SQLException {
        String name = "('" + table + "')";
        sample.put(table + "_mb", Load.rounded(database.number(SIZE + name) / MB));
        sample.put(table + "_indexes_mb", Load.rounded(database.number(INDEXES + name) / MB));
        sample.put(table + "_dead", (double) database.number(DEAD + name));
        sample.put(table + "_rows", (double) database.number(ROWS + table));
    }

    private static long connections(Database database) throws SQLException {
        return database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()");
    }
}
