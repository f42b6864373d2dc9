package dev.troth.bench;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page whose words are written by people and whose figures are not: blocks between {@code <!-- figures of NAME -->} and
 * {@code <!-- end of figures -->}, and numbers within sentences between {@code <!-- = WHICH -->} and {@code <!-- . -->}.
 */
final class Page {
    private static final Pattern BLOCK =
            Pattern.compile("(<!-- figures of ([\\w-]+) -->\n).*?(<!-- end of figures -->)", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("(<!-- = (.+?) -->).*?(<!-- \\. -->)", Pattern.DOTALL);

    private Page() {}

    /** The page with these figures. */
    static String with(String page, UnaryOperator<String> blocks, UnaryOperator<String> numbers) {
        String tables = BLOCK.matcher(page)
                .replaceAll(mark -> Matcher.quoteReplacement(
                        mark.group(1) + "\n" + blocks.apply(mark.group(2)) + "\n" + mark.group(3)));
        return NUMBER.matcher(tables)
                .replaceAll(
                        mark -> Matcher.quoteReplacement(mark.group(1) + numbers.apply(mark.group(2)) + mark.group(3)));
    }
}
