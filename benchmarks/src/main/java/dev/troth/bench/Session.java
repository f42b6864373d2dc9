package dev.troth.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Plays workloads round by round, so that contenders take turns and what the machine does meanwhile meets all of them. A run that others have
 * disturbed is repeated once at the end of its round. A run that fails has a line that says why, and the session goes on.
 */
final class Session {
    private final Player player;
    private final Progress progress;
    private final Consumer<Line> out;
    private final Map<String, Object> facts;
    private final List<Line> lines = new ArrayList<>();

    /** Makes runs. */
    @FunctionalInterface
    interface Player {
        /** Runs it and returns what it said. */
        Line play(Cell cell) throws RunFailedException;
    }

    /**
     * A session.
     *
     * @param out gets each line as soon as it is there
     * @param facts that are the same for all lines, where a cell has none of its own
     */
    Session(Player player, Progress progress, Consumer<Line> out, Map<String, Object> facts) {
        this.player = player;
        this.progress = progress;
        this.out = out;
        this.facts = facts;
    }

    void play(Workload workload, List<Cell> cells, int rounds) {
        for (int round = 1; round <= rounds; round++) {
            List<Cell> disturbed = new ArrayList<>();
            for (Cell cell : cells) {
                play(workload, cell, round, false, disturbed);
            }
            for (Cell cell : disturbed) {
                play(workload, cell, round, true, new ArrayList<>());
            }
        }
    }

    private void play(Workload workload, Cell cell, int round, boolean again, List<Cell> disturbed) {
        progress.starts(cell, again);
        Line line = whole(workload, cell, round, again, said(cell));
        lines.add(line);
        out.accept(line);
        if (line.disturbed()) {
            disturbed.add(cell);
        }
        progress.ended(workload, cell, round, line);
    }

    private Line said(Cell cell) {
        try {
            return player.play(cell);
        } catch (RunFailedException e) {
            return Line.failed(e);
        }
    }

    private Line whole(Workload workload, Cell cell, int round, boolean again, Line said) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("workload", workload.title());
        all.putAll(cell.facts());
        all.put("round", round);
        all.putAll(said.all());
        if (said.disturbed()) {
            all.put("disturbed", true);
        }
        if (again) {
            all.put("again", true);
        }
        facts.forEach(all::putIfAbsent); // a cell may have seconds of its own
        all.put("at", progress.now());
        return new Line(all);
    }

    /** What was measured. */
    List<Line> lines() {
        return lines;
    }
}
