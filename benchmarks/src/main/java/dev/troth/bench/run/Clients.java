package dev.troth.bench.run;

import dev.troth.bench.contender.Contender;
import dev.troth.bench.contender.RandomText;
import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Load;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * Clients that call one after the other without a pause, each with a histogram of its own. Only so many are let in at once, whoever the
 * contender is; the others wait in line, and that is part of what they wait for.
 */
final class Clients {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);
    private static final int DIGITS = 3;
    private static final long PAUSE_AFTER_ERROR = 20;

    private enum Phase {
        WARM,
        MEASURED,
        OVER
    }

    private final Contender contender;
    private final Semaphore admission;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Histogram> histograms = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong answeredIds = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicReference<Throwable> firstError = new AtomicReference<>();
    private volatile Phase phase = Phase.WARM;
    private volatile long began;
    private volatile long ended;

    Clients(Contender contender, Setting setting) {
        this.contender = contender;
        this.admission = new Semaphore(setting.atOnce(), true);
        String content = RandomText.of(setting.number("content", 500));
        for (int i = 0; i < setting.clients(); i++) {
            int client = i;
            Histogram histogram = new Histogram(LONGEST, DIGITS);
            histograms.add(histogram);
            threads.add(new Thread(() -> run(client, content, histogram), "client-" + i));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private void run(int client, String content, Histogram histogram) {
        while (phase != Phase.OVER) {
            long id = ids.incrementAndGet();
            Phase before = phase;
            long start = System.nanoTime();
            try {
                write(client, id, content);
                long took = System.nanoTime() - start;
                answered.incrementAndGet();
                answeredIds.addAndGet(id);
                if (before == Phase.MEASURED && phase == Phase.MEASURED) {
                    histogram.recordValue(Math.min(took, LONGEST));
                }
            } catch (Exception | Error failure) {
                errors.incrementAndGet();
                if (firstError.compareAndSet(null, failure)) {
                    failure.printStackTrace();
                }
                pause();
            }
        }
    }

    private void write(int client, long id, String content) throws Exception {
        admission.acquire();
        try {
            contender.write(client, id, Ground.title(id), content);
        } finally {
            admission.release();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_ERROR);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void measure() {
        began = System.nanoTime();
        phase = Phase.MEASURED;
    }

    void stop() {
        phase = Phase.OVER;
        ended = System.nanoTime();
    }

    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    long answered() {
        return answered.get();
    }

    long errors() {
        return errors.get();
    }

    /** After {@link #join()}. */
    Answered all() {
        return new Answered(answered.get(), answeredIds.get(), errors.get());
    }

    /** So many in the time that was measured. */
    double perSecond(long number) {
        return Load.rounded(number / ((ended - began) / 1e9));
    }

    Map<String, Object> figures() {
        Histogram all = new Histogram(LONGEST, DIGITS);
        histograms.forEach(all::add);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("transactions", all.getTotalCount());
        figures.put("per_second", perSecond(all.getTotalCount()));
        figures.put("p50_ms", Load.rounded(all.getValueAtPercentile(50) / 1e6));
        figures.put("p99_ms", Load.rounded(all.getValueAtPercentile(99) / 1e6));
        figures.put("max_ms", Load.rounded(all.getMaxValue() / 1e6));
        figures.put("errors", errors.get());
        if (firstError.get() != null) {
            figures.put("first_error", String.valueOf(firstError.get()));
        }
        return figures;
    }
}
