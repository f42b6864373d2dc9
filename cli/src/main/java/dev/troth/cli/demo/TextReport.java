package dev.troth.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** For people. */
final class TextReport implements Report {
    private static final int WIDTH = 100;

    private final PrintWriter out;

    TextReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void progress(String line) {
        print(line);
    }

    @Override
    public void scene(SceneResult result) {
        print("");
        print(result.number() + ". " + result.title());
        for (Timeline.Entry entry : result.timeline()) {
            long millis = Duration.between(result.start(), entry.at()).toMillis();
            String head = String.format(Locale.ROOT, "%7d ms  %-6s  ", millis, entry.who());
            print(head + wrapped(entry.text(), head.length()));
        }
        if (result.ok()) {
            print("   OK   by SQL: " + result.counted());
        } else {
            print("   WRONG  by SQL: " + result.counted() + "; expected: " + result.expected());
            if (!result.complaint().isEmpty()) {
                print("   " + result.complaint());
            }
        }
    }

    private static String wrapped(String text, int indent) {
        StringBuilder lines = new StringBuilder();
        int column = indent;
        for (String word : text.split(" ", -1)) {
            if (column > indent && column + word.length() > WIDTH) {
                lines.append('\n').append(" ".repeat(indent));
                column = indent;
            }
            lines.append(column == indent ? "" : " ").append(word);
            column += word.length() + 1;
        }
        return lines.toString();
    }

    @Override
    public void end(List<SceneResult> results, Duration took) {
        long wrong = results.stream().filter(result -> !result.ok()).count();
        print("");
        String time = String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
        if (wrong == 0) {
            print("All " + results.size() + " scenes ended with both tables in agreement and nothing in doubt (" + time
                    + ").");
        } else {
            print(wrong + " of " + results.size() + " scenes went wrong (" + time + ").");
        }
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }
}
