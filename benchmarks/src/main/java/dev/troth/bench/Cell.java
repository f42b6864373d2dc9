package dev.troth.bench;

import dev.troth.bench.contender.Contenders;
import dev.troth.bench.run.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One square of a table: a contender under one condition.
 *
 * @param who runs
 * @param clients how many call at once
 * @param databases how many it writes to
 * @param content characters of each row
 * @param variant settings that make another contender of it; its name shows their values
 * @param more settings that not every run has, those of the variant included; they are in its line, too
 */
record Cell(Who who, int clients, int databases, int content, List<String> variant, Map<String, String> more) {
    /** How many transactions of its servers can be prepared, if not as many as usual. */
    static final String PREPARED = "prepared";

    /** After how many seconds its run is ended, if not after as many as usual. */
    static final String LIMIT = "limit";

    private static final String USUAL_PREPARED = "500";
    private static final int USUAL_CONTENT = 500;
    private static final String CONTENDER = "contender";

    /**
     * Who runs: a main class that takes the file of a {@link dev.troth.bench.contender.Setting} and prints a line of JSON with flat figures,
     * among them {@code right}: whether the databases hold afterwards what they have to. A run of another workload than those of
     * {@link Run} has a main class of its own.
     *
     * @param program the main class
     * @param name in tables; those of ours begin with "Troth"
     * @param guarantee what a caller can rely on who was answered
     * @param broker whether it needs one
     */
    record Who(Class<?> program, String name, String guarantee, boolean broker) {}

    /** A contender in {@link Run}. */
    static Cell of(Contenders contender, int clients) {
        return of(new Who(Run.class, contender.title(), contender.guarantee(), contender.needsBroker()), clients);
    }

    static Cell of(Who who, int clients) {
        return new Cell(who, clients, 2, USUAL_CONTENT, List.of(), Map.of());
    }

    Cell databases(int number) {
        return new Cell(who, clients, number, content, variant, more);
    }

    Cell content(int characters) {
        return new Cell(who, clients, databases, characters, variant, more);
    }

    /** With a setting that makes another contender of it. */
    Cell with(String name, String value) {
        List<String> shown = new ArrayList<>(variant);
        shown.add(value);
        return new Cell(who, clients, databases, content, shown, more).at(name, value);
    }

    /** With a setting that does not, for example its place on the axis of the workload. */
    Cell at(String name, String value) {
        Map<String, String> added = new LinkedHashMap<>(more);
        added.put(name, value);
        return new Cell(who, clients, databases, content, variant, added);
    }

    /** Who, in tables. */
    String contender() {
        return variant.isEmpty() ? who.name() : who.name() + " (" + String.join(", ", variant) + ")";
    }

    /** How long it is counted: a cell may have {@code seconds} of its own. */
    int seconds(int usual) {
        return Integer.parseInt(more.getOrDefault("seconds", Integer.toString(usual)));
    }

    /** After how long its run is ended: a cell may have a limit of its own. */
    Duration limit(Duration usual) {
        return Duration.ofSeconds(Long.parseLong(more.getOrDefault(LIMIT, Long.toString(usual.toSeconds()))));
    }

    /** By how much every forced write takes longer than the disk needs. */
    Duration slowerDisk() {
        return Duration.ofMillis(Long.parseLong(more.getOrDefault("slower_disk_ms", "0")));
    }

    /** How many transactions of its servers can be prepared. */
    int prepared() {
        return Integer.parseInt(more.getOrDefault(PREPARED, USUAL_PREPARED));
    }

    boolean matches(Pattern only) {
        return only.matcher(clients + " " + contender()).find();
    }

    /** What the line of its run begins with. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put(CONTENDER, contender());
        facts.put("clients", clients);
        facts.put("databases", databases);
        facts.put("content", content);
        facts.putAll(more);
        return facts;
    }
}
