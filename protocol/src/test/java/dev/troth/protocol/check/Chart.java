package dev.troth.protocol.check;

import dev.troth.protocol.check.Line.Lane;
import java.util.ArrayList;
import java.util.List;

/**
 * A history as a message-sequence chart in plain text: time runs down, a message is drawn when it arrives, and what happens in one place
 * is written there.
 */
final class Chart {
    private static final int WIDTH = 26;

    private final int branches;
    private final List<String> lines = new ArrayList<>();
    private final List<String> ending = new ArrayList<>();

    private boolean coordinatorIsGone; // whatever comes from it is then from another instance

    Chart(int branches) {
        this.branches = branches;
    }

    void add(Line line, int branch) {
        coordinatorIsGone |= line.to() == Lane.COORDINATOR && line.text().equals(InitiatorMoves.CRASHES);
        Lane sender = coordinatorIsGone && line.from() == Lane.COORDINATOR ? Lane.LOG : line.from();
        int from = column(sender, branch);
        int to = column(line.to(), branch);
        lines.add(line.from() == line.to() ? note(from, line.text()) : arrow(from, to, line.text()));
    }

    void end(String text) {
        ending.add(text);
    }

    int steps() {
        return lines.size();
    }

    private static int column(Lane lane, int branch) {
        return switch (lane) {
            case COORDINATOR -> 0;
            case LOG, NETWORK -> 1;
            case BRANCH -> 2 + branch;
        };
    }

    private StringBuilder bars() {
        StringBuilder bars = new StringBuilder(("|" + " ".repeat(WIDTH - 1)).repeat(2 + branches));
        bars.append(" ".repeat(2 * WIDTH));
        return bars;
    }

    private String note(int column, String text) {
        int start = column * WIDTH;
        return put(put(bars(), start, "*"), start + 2, text).toString().stripTrailing();
    }

    private String arrow(int from, int to, String text) {
        int start = Math.min(from, to) * WIDTH;
        int end = Math.max(from, to) * WIDTH;
        StringBuilder line = put(bars(), start + 1, "-".repeat(end - start - 1));
        put(line, from < to ? end - 1 : start + 1, from < to ? ">" : "<");
        return put(line, start + 3, " " + text + " ").toString().stripTrailing();
    }

    private static StringBuilder put(StringBuilder line, int at, String text) {
        return line.replace(at, at + text.length(), text);
    }

    @Override
    public String toString() {
        StringBuilder heads = new StringBuilder(" ".repeat((2 + branches) * WIDTH));
        put(put(heads, 0, "coordinator"), WIDTH, "log, other instances");
        for (int branch = 0; branch < branches; branch++) {
            put(heads, (2 + branch) * WIDTH, "branch " + branch);
        }
        List<String> all = new ArrayList<>(List.of(heads.toString().stripTrailing()));
        all.addAll(lines);
        all.addAll(ending);
        return String.join("\n", all) + "\n";
    }
}
