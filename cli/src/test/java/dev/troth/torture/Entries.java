package dev.troth.torture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a bank answers: the lines that it has written.
 *
 * @param lines one for each posting
 */
record Entries(List<Entry> lines) {
    static Entries of(Collection<Entries> parts) {
        List<Entry> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.lines()));
        return new Entries(all);
    }
}
