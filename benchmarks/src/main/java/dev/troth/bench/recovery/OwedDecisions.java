package dev.troth.bench.recovery;

import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import dev.troth.bench.fixture.Pair;
import dev.troth.bench.fixture.Program;
import dev.troth.protocol.Gid;
import dev.troth.tx.TransactionEvent;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Proves that an instance that starts gets through decisions that a crash has left owed, and that new transactions hardly feel it.
 *
 * <p>The decisions are rows of the log; the branches are rows that say COMMITTED, as after reports that got lost, so every COMMIT that is
 * sent again is answered DONE without work. The coordinator and the voter are gone. Clients run new transactions all the time: before the
 * backlog is there, while an instance that starts works on it, and after it; the rate meanwhile is compared with the mean of before and after.
 */
public final class OwedDecisions {
    private static final double NANOS = 1e9;

    private final Setting setting;
    private final int decisions;
    private final int seconds;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private long answered;
    private long errors;

    private OwedDecisions(Setting setting) {
        this.setting = setting;
        this.decisions = setting.number("decisions", 100_000);
        this.seconds = setting.number("seconds", 15);
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, OwedDecisions::measure);
    }

    /** What was measured. */
    public static Map<String, Object> measure(Setting setting) throws Exception {
        try (Database left = new Database(setting.databases().get(0), setting.clients() + 8);
                Database right = new Database(setting.databases().get(1), setting.clients() + 8)) {
            return new OwedDecisions(setting).measure(left, right);
        }
    }

    private Map<String, Object> measure(Database left, Database right) throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        Pair.Options options = Pair.Options.defaults().listener(this::listen);
        Load.Window before = before(left, right, options);
        Crashed crashed = new Crashed(left, right);
        crashed.committed(0, decisions);
        crashed.decide(0, decisions);
        long began = System.nanoTime();
        try (Pair pair = new Pair(setting, left, right, options)) {
            Load load = new Load(setting.clients(), ids, pair::write);
            boolean through = Database.until(
                    () -> completed.get() >= decisions, setting.patience().toMillis());
            double took = (System.nanoTime() - began) / NANOS;
            Load.Window meanwhile = load.window();
            Load.Window after = load.during(seconds);
            load.stop();
            double alone = (before.perSecond() + after.perSecond()) / 2;
            figures.put("decisions", decisions);
            figures.put("redrive_s", Load.rounded(took));
            figures.put("redriven_per_second", Load.rounded(completed.get() / took));
            figures.put("new_before_per_second", before.perSecond());
            figures.put("per_second", meanwhile.perSecond());
            figures.put("new_after_per_second", after.perSecond());
            figures.put("new_of_alone", Load.rounded(meanwhile.perSecond() / alone));
            figures.put("p50_ms", meanwhile.p50());
            figures.put("p99_ms", meanwhile.p99());
            figures.put("p50_alone_ms", after.p50());
            figures.put("p99_alone_ms", after.p99());
            answered += load.answered();
            errors += load.errors();
            figures.put("errors", errors);
            figures.put("right", through && errors == 0 && agree(left, right));
        }
        return figures;
    }

    private Load.Window before(Database left, Database right, Pair.Options options) throws Exception {
        try (Pair pair = new Pair(setting, left, right, options)) {
            Load load = new Load(setting.clients(), ids, pair::write);
            Load.Window unused = load.during(setting.number("warm", 5));
            Load.Window before = load.during(seconds);
            load.stop();
            answered += load.answered();
            errors += load.errors();
            return before;
        }
    }

    private void listen(TransactionEvent event) {
        if (event instanceof TransactionEvent.Completed done && isLeft(done.gid())) {
            completed.incrementAndGet();
        }
    }

    private static boolean isLeft(Gid gid) {
        return gid.instance().equals(Crashed.INSTANCE);
    }

    private boolean agree(Database left, Database right) throws SQLException, InterruptedException {
        return left.becomes(Database.OWED, 0)
                && right.prepared() == 0
                && left.written() == answered
                && left.hasThoseOf(right);
    }
}
