package dev.troth.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * So many clients, each of which asks one bank for one transfer after the other and remembers what it was told. No transfer is tried
 * twice. A bank that does not run, or refuses, is asked again after a moment.
 */
final class Clients implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);
    private static final long SHUT_MILLIS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> banks;
    private final Function<String, Optional<URI>> address;
    private final HttpClient http;
    private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Map<Verdict, Integer> counts = new ConcurrentHashMap<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService threads;

    /**
     * Starts them.
     *
     * @param address where a bank is now, or nothing if it does not run
     */
    Clients(int count, long seed, List<String> banks, Function<String, Optional<URI>> address) {
        this.banks = banks;
        this.address = address;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "client " + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        for (int i = 0; i < count; i++) {
            String bank = banks.get(i % banks.size());
            TransferMaker maker = new TransferMaker(new Random(seed * 1_000 + i));
            threads.execute(() -> run(bank, maker));
        }
    }

    private void run(String bank, TransferMaker maker) {
        try {
            while (stopping.getCount() > 0) {
                Transfer transfer = maker.next(bank, banks);
                Optional<URI> there = address.apply(bank);
                if (there.isEmpty() || !asked(transfer, bank, there.get())) {
                    stopping.await(SHUT_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the bank did its work; if not, it is left alone for a moment. */
    private boolean asked(Transfer transfer, String bank, URI uri) throws InterruptedException {
        long began = System.nanoTime();
        try {
            HttpRequest request = HttpRequest.newBuilder(uri.resolve("/transfers"))
                    .timeout(ANSWER_LIMIT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(transfer)))
                    .build();
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            Seen seen = read(transfer, bank, began, response);
            note(seen);
            return seen.verdict() != Verdict.REFUSED;
        } catch (ConnectException notThere) {
            return false;
        } catch (IOException broken) {
            note(new Seen(transfer, bank, began, System.nanoTime(), Verdict.UNKNOWN, List.of(), broken.toString()));
            return true;
        }
    }

    private static Seen read(Transfer transfer, String bank, long began, HttpResponse<byte[]> response) {
        long ended = System.nanoTime();
        Verdict verdict = Verdict.of(response.statusCode());
        String text = new String(response.body(), StandardCharsets.UTF_8).strip();
        if (verdict != Verdict.ACKNOWLEDGED) {
            return new Seen(transfer, bank, began, ended, verdict, List.of(), text);
        }
        try {
            List<Entry> lines = JSON.readValue(response.body(), Entries.class).lines();
            return new Seen(transfer, bank, began, ended, verdict, lines, "");
        } catch (IOException unreadable) {
            return new Seen(transfer, bank, began, ended, Verdict.MISTAKE, List.of(), "unreadable: " + text);
        }
    }

    private void note(Seen one) {
        counts.merge(one.verdict(), 1, Integer::sum);
        if (one.verdict() == Verdict.ACKNOWLEDGED) {
            acknowledged.merge(one.initiator(), one.began(), Math::max);
        }
        seen.add(one);
    }

    /** How many had each verdict so far. */
    Map<Verdict, Integer> counts() {
        Map<Verdict, Integer> now = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            now.put(verdict, counts.getOrDefault(verdict, 0));
        }
        return now;
    }

    /** When the latest began of those transfers that the bank has acknowledged. */
    long lastAcknowledged(String bank) {
        return acknowledged.getOrDefault(bank, Long.MIN_VALUE);
    }

    /** Everything so far. */
    List<Seen> seen() {
        return new ArrayList<>(seen);
    }

    /** Lets every client have the answer that it waits for, and no further one. */
    @Override
    public void close() {
        stopping.countDown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(2 * ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Clients still wait for an answer, beyond their own time limit");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
