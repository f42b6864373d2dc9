package dev.troth.bench.memory;

import dev.troth.bench.fixture.Load;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What this JVM holds when everything is gone that nobody reaches, in MB.
 *
 * @param heap used after full collections
 * @param metaspace what the JVM knows of classes
 * @param threads how many live
 * @param resident of the whole process: compiled code, stacks, and pages that the collector has not given back included
 */
record Footprint(double heap, double metaspace, int threads, double resident) {
    private static final int COLLECTIONS = 4;
    private static final long PAUSE_MILLIS = 250; // for what is given up by threads after a collection
    private static final double MB = 1 << 20;
    private static final double KB_PER_MB = 1024;
    private static final double STACK_MB = 0.1; // the pages that a waiting thread has touched, by pmap about 100 KB

    static Footprint now() throws IOException, InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(PAUSE_MILLIS);
        }
        return new Footprint(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MB,
                pools(name -> name.contains("Metaspace")),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                residentNow());
    }

    private static double pools(Predicate<String> which) {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> which.test(pool.getName()))
                        .map(MemoryPoolMXBean::getUsage)
                        .mapToLong(usage -> usage.getUsed())
                        .sum()
                / MB;
    }

    private static double residentNow() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                        .sum()
                / KB_PER_MB;
    }

    Footprint minus(Footprint before) {
        return new Footprint(
                heap - before.heap, metaspace - before.metaspace, threads - before.threads, resident - before.resident);
    }

    /** Heap, classes and stacks. */
    double held() {
        return heap + metaspace + threads * STACK_MB;
    }

    void into(Map<String, Object> figures, String prefix) {
        figures.put(prefix + "heap_mb", Load.rounded(heap));
        figures.put(prefix + "metaspace_mb", Load.rounded(metaspace));
        figures.put(prefix + "threads", threads);
        figures.put(prefix + "resident_mb", Load.rounded(resident));
    }
}
