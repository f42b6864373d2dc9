package dev.troth.bench;

import dev.troth.bench.contender.Contenders;
import dev.troth.bench.run.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One square of a table: a contender under one condition. Its run is a JVM of its own: a main class that takes the file of a
 * {@link dev.troth.bench.contender.Setting} and prints a line of JSON with flat figures, among them {@code right}: whether the databases hold
 * afterwards what they have to.
 *
 * @param program the main class of the run
 * @param contender who; contenders with different settings are different contenders
 * @param guarantee what a caller can rely on who was answered
 * @param broker whether it needs one
 * @param clients how many call at once
 * @param databases how many it writes to
 * @param content characters of each row
 * @param more settings that not every run has; they are in its line, too
 */
record Cell(
        Class<?> program,
        String contender,
        String guarantee,
        boolean broker,
        int clients,
        int databases,
        int content,
        Map<String, String> more) {
    private static final int USUAL_CONTENT = 500;
    private static final String CONTENDER = "contender";

    /** A contender in {@link Run}. */
    static Cell of(Contenders contender, int clients) {
        return of(Run.class, contender.title(), contender.guarantee(), clients)
                .broker(contender.needsBroker())
                .with(CONTENDER, contender.title());
    }

    /** Another program. */
    static Cell of(Class<?> program, String contender, String guarantee, int clients) {
        return new Cell(program, contender, guarantee, false, clients, 2, USUAL_CONTENT, Map.of());
    }

    Cell broker(boolean needed) {
        return new Cell(program, contender, guarantee, needed, clients, databases, content, more);
    }

    Cell databases(int number) {
        return new Cell(program, contender, guarantee, broker, clients, number, content, more);
    }

    Cell content(int characters) {
        return new Cell(program, contender, guarantee, broker, clients, databases, characters, more);
    }

    /** With a setting that makes it another contender, or a place on the axis of its workload. */
    Cell with(String name, String value) {
        Map<String, String> added = new LinkedHashMap<>(more);
        added.put(name, value);
        return new Cell(program, contender, guarantee, broker, clients, databases, content, added);
    }

    /** By another name in tables. */
    Cell titled(String title) {
        return new Cell(program, title, guarantee, broker, clients, databases, content, more);
    }

    /** How long it is counted: a cell may have a {@code seconds} of its own. */
    int seconds(int usual) {
        return Integer.parseInt(more.getOrDefault("seconds", Integer.toString(usual)));
    }

    boolean matches(Pattern only) {
        return only.matcher(clients + " " + contender).find();
    }

    /** What the line of its run begins with. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>(more);
        facts.put(CONTENDER, contender);
        facts.put("clients", clients);
        facts.put("databases", databases);
        facts.put("content", content);
        return facts;
    }
}
