package dev.troth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run ran on; without that its figures mean little. */
final class Machine {
    private static final long KB_PER_GB = 1_000_000;

    private Machine() {}

    /** Of this one, which is a Linux: proc(5). */
    static Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        try {
            String total = Files.readAllLines(Path.of("/proc/meminfo")).get(0);
            facts.put("memory_gb", Math.round(Long.parseLong(total.replaceAll("\\D", "")) / (double) KB_PER_GB));
        } catch (IOException e) {
            throw new UncheckedIOException("The size of memory is read from /proc, which only Linux has", e);
        }
        facts.put(
                "kernel",
                System.getProperty("os.name") + " "
                        + System.getProperty("os.version").replaceFirst("-.*", ""));
        facts.put("java", System.getProperty("java.version"));
        return facts;
    }
}
