package dev.troth.evidence;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page whose words are written by people and whose figures are not. */
final class Page {
    private static final Pattern FIGURES =
            Pattern.compile("(<!-- figures of (\\w+) -->\n).*?(<!-- end of figures -->)", Pattern.DOTALL);

    private Page() {}

    /**
     * The page with these figures between its marks.
     *
     * @throws IllegalArgumentException if it has a mark that there are no figures for
     */
    static String with(String page, Map<String, String> figures) {
        return FIGURES.matcher(page).replaceAll(mark -> quoted(mark, figures));
    }

    private static String quoted(MatchResult mark, Map<String, String> figures) {
        String table = figures.get(mark.group(2));
        if (table == null) {
            throw new IllegalArgumentException(
                    "There are no figures of '" + mark.group(2) + "', only of " + figures.keySet());
        }
        return Matcher.quoteReplacement(mark.group(1) + "\n" + table + "\n" + mark.group(3));
    }
}
