package dev.troth.bench.events;

import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Proves how many events a second go from a transaction in one database to a transaction in another, beside raw publishing, plain commits and
 * the same by hand, and that none is lost or applied twice. The contender of the setting is the way; 8 producers unless set.
 */
public final class EventRun {
    private static final String ANSWERED = "answered"; // in all passes, for they are what the broker has counted
    private static final String HOPES = "nothing: a crash in between leaves one row of two";
    private static final String ARRIVES = "nothing is lost, each is applied once";

    /** In the order of tables: first what the others are compared with. */
    private static final Map<String, Known> WAYS = new LinkedHashMap<>();

    static {
        WAYS.put("two plain commits", new Known(HOPES, new TwoCommits()));
        WAYS.put("outbox to inbox by hand", new Known(ARRIVES + ", not in order", new ByHand()));
        WAYS.put("Troth, outbox to inbox", new Known(ARRIVES, new OutboxToInbox()));
        WAYS.put("raw confirmed publishing", new Known("the broker has it", new RawPublishing()));
        WAYS.put("Troth, the relay alone", new Known("the broker has what was committed", new RelayAlone()));
        WAYS.put("Troth, publish to effect, idle", new Known(ARRIVES, new Idle()));
    }

    private record Known(String guarantee, Way way) {}

    private EventRun() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, EventRun::measure);
    }

    /** What was measured, after passes of half the length until it is warm, at least one. */
    public static Map<String, Object> measure(Setting setting) throws Exception {
        Way way = known(setting.contender()).way();
        int messages = setting.number("messages", 20_000);
        try (Ground ground = new Ground(setting)) {
            long answered = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(setting.number("warm", 0));
            do {
                Map<String, Object> warm = way.run(ground, Math.max(1, messages / 2));
                if (!Boolean.TRUE.equals(warm.get("right"))) {
                    return warm;
                }
                answered += number(warm);
            } while (System.nanoTime() < end);
            Map<String, Object> measured = way.run(ground, messages);
            measured.put(ANSWERED, answered + number(measured));
            return measured;
        }
    }

    /** The names of all. */
    public static List<String> ways() {
        return List.copyOf(WAYS.keySet());
    }

    /** What a caller can rely on. */
    public static String guarantee(String way) {
        return known(way).guarantee();
    }

    private static long number(Map<String, Object> figures) {
        return ((Number) Objects.requireNonNull(figures.get("messages"))).longValue();
    }

    private static Known known(String name) {
        Known known = WAYS.get(name);
        if (known == null) {
            throw new IllegalArgumentException("There is no '" + name + "', there are: " + WAYS.keySet());
        }
        return known;
    }
}
