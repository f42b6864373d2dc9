package dev.troth.bench;

import dev.troth.bench.contender.Contenders;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One square of a table: a contender under one condition.
 *
 * @param contender who
 * @param clients how many call at once
 * @param databases how many it writes to
 * @param content characters of each row
 * @param more settings that not every run has
 */
record Cell(Contenders contender, int clients, int databases, int content, Map<String, String> more) {
    private static final int USUAL_CONTENT = 500;

    static Cell of(Contenders contender, int clients) {
        return new Cell(contender, clients, 2, USUAL_CONTENT, Map.of());
    }

    Cell databases(int number) {
        return new Cell(contender, clients, number, content, more);
    }

    Cell content(int characters) {
        return new Cell(contender, clients, databases, characters, more);
    }

    Cell with(String name, String value) {
        Map<String, String> added = new LinkedHashMap<>(more);
        added.put(name, value);
        return new Cell(contender, clients, databases, content, added);
    }

    /** Who, in tables: contenders with different settings are different contenders. */
    String title() {
        return more.isEmpty() ? contender.title() : contender.title() + " (" + String.join(", ", more.values()) + ")";
    }
}
