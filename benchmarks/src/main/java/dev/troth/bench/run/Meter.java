package dev.troth.bench.run;

import dev.troth.bench.fixture.Load;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Processor time from Linux's {@code /proc} (proc(5)): of this JVM with its children, of every server with its children, and of the whole
 * machine. What nobody of these used was somebody else's: such a run is disturbed.
 */
final class Meter {
    private static final double TICKS_PER_SECOND = 100;
    private static final String PREFIX = "process.";
    private static final int[] BUSY = {0, 1, 2, 5, 6}; // user, nice, system, irq, softirq
    private static final int PARENT = 1; // after the name of the program
    private static final int OWN = 11;
    private static final int OF_CHILDREN = 13;

    private final Map<String, Long> processes = new LinkedHashMap<>();

    /** Watches this JVM, the processes that the setting has as {@code process.NAME}, and those that the contender has started. */
    Meter(Properties setting, Map<String, Long> started) {
        processes.put("jvm", ProcessHandle.current().pid());
        processes.putAll(started);
        setting.stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .sorted()
                .forEach(name ->
                        processes.put(name.substring(PREFIX.length()), Long.valueOf(setting.getProperty(name))));
    }

    /**
     * What was used until now.
     *
     * @param nanos when
     * @param machine ticks of the whole machine
     * @param ticks of every process, by its name
     */
    record Reading(long nanos, long machine, Map<String, Long> ticks) {

        /** Milliseconds of each for a transaction, and how many processors others have used. */
        Map<String, Object> since(Reading before, long transactions) {
            Map<String, Object> figures = new LinkedHashMap<>();
            double each = 1_000 / TICKS_PER_SECOND / Math.max(1, transactions);
            long ours = 0;
            for (Map.Entry<String, Long> now : ticks.entrySet()) {
                long used = now.getValue() - before.ticks.getOrDefault(now.getKey(), 0L);
                ours += used;
                figures.put("cpu_" + now.getKey() + "_ms", Load.rounded(used * each));
            }
            figures.put("cpu_ms", Load.rounded(ours * each));
            double seconds = (nanos - before.nanos) / 1e9;
            figures.put("others_cores", Load.rounded((machine - before.machine - ours) / TICKS_PER_SECOND / seconds));
            return figures;
        }
    }

    Reading read() {
        Map<String, Long> ticks = new LinkedHashMap<>();
        try {
            Map<Long, long[]> stats = stats();
            processes.forEach((name, pid) -> ticks.put(name, ofTree(stats, pid)));
            return new Reading(System.nanoTime(), ofMachine(), ticks);
        } catch (IOException e) {
            throw new UncheckedIOException("Processor times are read from /proc, which only Linux has", e);
        }
    }

    private static long ofMachine() throws IOException {
        String[] fields =
                Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+", -1);
        long sum = 0;
        for (int field : BUSY) {
            sum += Long.parseLong(fields[field + 1]);
        }
        return sum;
    }

    /** Parent, own ticks and those of children that have ended, of every process. */
    private static Map<Long, long[]> stats() throws IOException {
        Map<Long, long[]> stats = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : all) {
                stat(each, stats);
            }
        }
        return stats;
    }

    private static void stat(Path process, Map<Long, long[]> stats) {
        try {
            String text = Files.readString(process.resolve("stat"));
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = OWN; field < OF_CHILDREN + 2; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            stats.put(
                    Long.valueOf(process.getFileName().toString()), new long[] {Long.parseLong(fields[PARENT]), ticks});
        } catch (IOException e) {
            // it has ended meanwhile
        }
    }

    /** Of a process with its children, but without those that are watched themselves. */
    private long ofTree(Map<Long, long[]> stats, long root) {
        Map<Long, List<Long>> children = new HashMap<>();
        stats.forEach((pid, stat) ->
                children.computeIfAbsent(stat[0], none -> new ArrayList<>()).add(pid));
        long sum = 0;
        Deque<Long> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            Long pid = left.pop();
            long[] stat = stats.get(pid);
            sum += stat == null ? 0 : stat[1];
            for (Long child : children.getOrDefault(pid, List.of())) {
                if (!processes.containsValue(child)) {
                    left.add(child);
                }
            }
        }
        return sum;
    }
}
