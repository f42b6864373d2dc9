package dev.troth.bench.events;

import dev.troth.bench.fixture.Load;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** From the begin of the transaction that publishes until the effect has committed, one message after the other, with nothing else to do. */
final class Idle implements Way {
    private static final int MOST = 400;
    private static final double NANOS_OF_MILLI = 1e6;

    @Override
    public Map<String, Object> run(Ground ground, int times) throws Exception {
        int messages = Math.min(MOST, times);
        Semaphore applied = new Semaphore(0);
        List<Long> nanos = new ArrayList<>();
        try (EndToEnd services = new EndToEnd(ground, id -> applied.release())) {
            Producers.run(1, messages, id -> {
                long began = System.nanoTime();
                services.write(id);
                ground.take(applied, 1, "The event of row " + id + " was not applied");
                nanos.add(System.nanoTime() - began);
            });
            boolean empty = ground.blogs.becomes("SELECT count(*) FROM troth_outbox", 0);
            Collections.sort(nanos);
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("messages", messages);
            figures.put("p50_ms", Load.rounded(nanos.get(messages / 2) / NANOS_OF_MILLI));
            figures.put("p99_ms", Load.rounded(nanos.get(messages * 99 / 100) / NANOS_OF_MILLI));
            figures.put("right", empty && ground.agree());
            return figures;
        }
    }
}
