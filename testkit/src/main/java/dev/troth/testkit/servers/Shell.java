package dev.troth.testkit.servers;

import java.util.Collection;
import java.util.stream.Collectors;

/** Words for a POSIX shell. */
final class Shell {
    private Shell() {}

    /** Quotes each word and joins them with spaces. */
    static String words(Collection<String> words) {
        return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
