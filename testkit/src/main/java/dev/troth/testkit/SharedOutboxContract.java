package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.spi.OutboxStore.Outgoing;
import dev.troth.spi.OutboxStore.Waiting;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The part of {@link OutboxContract} that tells what several relays can rely on which share an outbox. A subclass says how to open one, and
 * how to begin and end a transaction of the database in which it lies; every test needs an empty one.
 */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // fields are set before each test
public abstract class SharedOutboxContract {
    /** Every lane there is. */
    protected static final Set<Integer> ALL =
            IntStream.range(0, OutboxStore.LANES).boxed().collect(Collectors.toUnmodifiableSet());

    static final Duration LONG = Duration.ofHours(1);
    static final Address TOPIC = new Address.Topic("blog.posts");

    OutboxStore outbox;
    ExecutorService threads;
    private final Semaphore added = new Semaphore(0);

    /** Returns one more instance of the outbox under test, not opened yet. All instances of one test share what is durable. */
    protected abstract OutboxStore outbox();

    /** Begins a transaction of the database. */
    protected abstract Connection begin() throws SQLException;

    /** Commits it, and gives its connection back. */
    protected abstract void commit(Connection connection) throws SQLException;

    /** Rolls it back, and gives its connection back. */
    protected abstract void rollback(Connection connection) throws SQLException;

    /** Opens the outbox of most tests. */
    @BeforeEach
    protected void openOutbox() {
        threads = Executors.newCachedThreadPool();
        outbox = outbox();
        outbox.open();
    }

    /** Closes it, if there is one: opening it may have failed, which is then the failure to be told. */
    @AfterEach
    protected void closeOutbox() {
        threads.shutdownNow();
        if (outbox != null) {
            outbox.close();
        }
    }

    /** The outbox of this test, opened. */
    protected final OutboxStore opened() {
        return outbox;
    }

    /** A message for a topic, with this key and id. */
    protected static Outgoing message(String key, String id) {
        return new Outgoing(TOPIC, key, "post-published", envelope(id, Map.of("a", "b"), id));
    }

    static Envelope envelope(String id, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new Envelope("EVENT", id, id, "application/json", Duration.ZERO, true, headers, bytes);
    }

    /** The {@code n}-th key of a lane, counted from 0. */
    protected static String key(int lane, int n) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key-" + i)
                .filter(key -> OutboxStore.lane(key) == lane)
                .skip(n)
                .findFirst()
                .orElseThrow();
    }

    /** Adds messages in a transaction that commits. */
    protected final void add(Outgoing... messages) {
        try {
            Connection connection = begin();
            for (Outgoing message : messages) {
                outbox.add(connection, message);
            }
            commit(connection);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The ids of what comes next, on all lanes. */
    protected final List<String> next() {
        return ids(outbox.next(ALL, 1_000));
    }

    static List<String> ids(List<Waiting> messages) {
        return messages.stream().map(SharedOutboxContract::id).toList();
    }

    static String id(Waiting message) {
        return message.message().envelope().messageId();
    }

    /** The waiting message of that id. */
    protected final Waiting find(String id) {
        return outbox.next(ALL, 1_000).stream()
                .filter(message -> id(message).equals(id))
                .findFirst()
                .orElseThrow();
    }

    void sent(String id) {
        outbox.sent(List.of(find(id).number()));
    }

    // --- lanes

    @Test
    void lanes_are_leased_to_one_relay_until_it_gives_them_back() {
        assertThat(outbox.lease("a", Set.of(1, 2), LONG)).containsExactlyInAnyOrder(1, 2);
        assertThat(outbox.lease("b", Set.of(2, 3), LONG)).containsExactly(3);
        assertThat(outbox.lease("a", Set.of(1, 3, 4), LONG)).containsExactlyInAnyOrder(1, 4);
        assertThat(outbox.lease("b", Set.of(), LONG)).isEmpty();

        outbox.release("a");
        outbox.release("a");

        assertThat(outbox.lease("b", Set.of(1, 2), LONG)).containsExactlyInAnyOrder(1, 2);
        assertThat(outbox.lease("a", ALL, LONG)).hasSize(13).doesNotContain(1, 2, 3);
    }

    @Test
    void a_lease_ends_by_itself_unless_it_is_renewed() {
        outbox.lease("a", Set.of(1, 2), Duration.ofMillis(200));
        assertThat(outbox.lease("a", Set.of(1), LONG)).containsExactly(1);

        Set<Integer> taken = outbox.lease("b", Set.of(1, 2), LONG);
        while (taken.isEmpty()) {
            taken = outbox.lease("b", Set.of(1, 2), LONG);
        }

        assertThat(taken).containsExactly(2);
        assertThat(outbox.lease("a", Set.of(1, 2), LONG)).containsExactly(1);
    }

    @Test
    void of_many_relays_at_once_one_has_a_lane() throws Exception {
        Map<Integer, String> holders = new ConcurrentHashMap<>();
        List<Future<Integer>> all = new ArrayList<>();
        for (String relay : List.of("a", "b", "c", "d")) {
            all.add(threads.submit(() -> leaseAndRelease(relay, holders)));
        }
        int leased = 0;
        for (Future<Integer> each : all) {
            leased += each.get(60, TimeUnit.SECONDS);
        }

        assertThat(leased).isPositive();
        assertThat(outbox.lease("e", ALL, LONG)).isEqualTo(ALL);
    }

    private int leaseAndRelease(String relay, Map<Integer, String> holders) {
        int leased = 0;
        for (int round = 0; round < 25; round++) {
            Set<Integer> wanted = new TreeSet<>(ALL);
            wanted.remove(round % OutboxStore.LANES);
            Set<Integer> mine = outbox.lease(relay, wanted, LONG);
            mine.forEach(lane -> assertThat(holders.putIfAbsent(lane, relay)).isNull());
            leased += mine.size();
            holders.values().removeIf(relay::equals);
            outbox.release(relay);
        }
        return leased;
    }

    // --- all of it

    @Test
    void every_message_is_sent_and_every_key_in_order_while_many_add_and_relays_take_turns() throws Exception {
        int adders = 4;
        int each = 100;
        Map<String, List<Integer>> received = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(adders * each);
        List<Future<?>> all = new ArrayList<>();
        for (int adder = 0; adder < adders; adder++) {
            int number = adder;
            all.add(threads.submit(() -> addMany(number, each)));
        }
        for (String relay : List.of("a", "b")) {
            Callable<Integer> work = () -> relay(relay, received, left);
            all.add(threads.submit(work));
        }
        for (Future<?> future : all) {
            future.get(240, TimeUnit.SECONDS);
        }

        Map<String, List<Integer>> expected = new HashMap<>();
        for (int adder = 0; adder < adders; adder++) {
            for (int i = 0; i < each; i++) {
                expected.computeIfAbsent(adder + "-" + i % 5, key -> new ArrayList<>())
                        .add(i);
            }
        }
        assertThat(received).isEqualTo(expected);
        assertThat(outbox.backlog()).isEqualTo(new Backlog(0, Duration.ZERO, 0));
    }

    private void addMany(int adder, int count) {
        for (int i = 0; i < count; i += 2) {
            add(message(adder + "-" + i % 5, "" + i), message(adder + "-" + (i + 1) % 5, "" + (i + 1)));
            added.release();
        }
    }

    /** Takes turns with others; every seventh message fails the first time. */
    private int relay(String relay, Map<String, List<Integer>> received, AtomicInteger left)
            throws InterruptedException {
        int rounds = 0;
        while (left.get() > 0) {
            Set<Integer> lanes = outbox.lease(relay, ALL, LONG);
            List<Waiting> batch = outbox.next(lanes, 20);
            left.addAndGet(-relay(batch, received));
            if (batch.isEmpty() || ++rounds % 3 == 0) {
                outbox.release(relay);
            }
            if (batch.isEmpty() && added.tryAcquire(20, TimeUnit.MILLISECONDS)) {
                int unused = added.drainPermits();
            }
        }
        outbox.release(relay);
        return rounds;
    }

    private int relay(List<Waiting> batch, Map<String, List<Integer>> received) {
        Set<String> held = new HashSet<>();
        List<Long> sent = new ArrayList<>();
        for (Waiting message : batch) {
            String key = message.message().key();
            int id = Integer.parseInt(id(message));
            if (id % 7 == 0 && message.attempts() == 0 && held.add(key)) {
                outbox.failed(message, Duration.ZERO, "the first time");
            } else if (!held.contains(key)) {
                received.computeIfAbsent(key, k -> new ArrayList<>()).add(id);
                sent.add(message.number());
            }
        }
        outbox.sent(sent);
        return sent.size();
    }
}
