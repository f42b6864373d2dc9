package dev.troth.rabbitmq.toolbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import dev.troth.rabbitmq.FaultyTls;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Channels that are borrowed, shared, lost and not given back. */
@Timeout(300)
class ToolboxPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private ChannelPool pool(int connections, int channels) {
        return bench.open(ChannelPool.open(bench.options().poolSize(connections, channels), "pool test"));
    }

    private ChannelPool through(TcpProxy wire) {
        return bench.open(
                ChannelPool.open(ToolboxOptions.uri(wire.through(broker.uri())).poolSize(2, 5), "pool test"));
    }

    /** How many channels the broker has on connections of the test's pools. */
    private static int atTheBroker() {
        return broker.control("-q", "list_connections", "client_properties", "channels")
                .lines()
                .filter(line -> line.contains("pool test"))
                .mapToInt(line -> Integer.parseInt(
                        line.substring(line.lastIndexOf('\t') + 1).strip()))
                .sum();
    }

    private static void use(ChannelPool pool) throws IOException {
        boolean open = pool.with(Channel::isOpen);
        String made = pool.with(channel -> channel.queueDeclare().getQueue());
        assertThat(open).isTrue();
        assertThat(made).isNotEmpty();
    }

    @Test
    void a_channel_that_was_given_back_is_used_again() throws Exception {
        ChannelPool pool = pool(2, 5);
        Set<Integer> numbers = new HashSet<>();

        for (int i = 0; i < 20; i++) {
            numbers.add(pool.with(Channel::getChannelNumber));
            use(pool);
        }

        assertThat(numbers).hasSize(1);
        assertThat(pool.state()).isEqualTo(new PoolState(1, 0, 1, 1, 0, 0, 0, 10));
        assertThat(atTheBroker()).isEqualTo(1);
    }

    @Test
    void who_waits_too_long_is_told_the_numbers() {
        ChannelPool pool = pool(2, 2);
        List<PooledChannel> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(pool.borrow(LONG));
        }

        assertThatThrownBy(() -> pool.borrow(SHORT))
                .isInstanceOfSatisfying(BorrowException.class, e -> {
                    assertThat(e.state()).isEqualTo(new PoolState(2, 0, 4, 0, 4, 1, 0, 4));
                    assertThat(e.waited()).isBetween(SHORT, Duration.ofSeconds(5));
                })
                .hasMessageContainingAll("4 of at most 4 channels", "4 in use", "1 waiting", "poolSize");
        assertThat(pool.tryBorrow()).isEmpty();

        all.get(0).close();
        all.get(0).close(); // does nothing
        try (PooledChannel next = pool.borrow(LONG)) {
            assertThat(next.channel().isOpen()).isTrue();
            assertThat(pool.state().inUse()).isEqualTo(4);
        }
        assertThat(pool.tryBorrow()).isPresent();
    }

    @Test
    void who_waits_gets_what_another_gives_back() throws Exception {
        ChannelPool pool = pool(1, 1);
        PooledChannel only = pool.borrow(LONG);
        CompletableFuture<Integer> waits = CompletableFuture.supplyAsync(() -> {
            try (PooledChannel next = pool.borrow(LONG)) {
                return next.channel().getChannelNumber();
            }
        });
        Waiting.until(() -> pool.state().waiting() == 1);

        only.close();

        assertThat(waits.get(60, SECONDS)).isEqualTo(1);
    }

    @Test
    void a_channel_that_the_broker_closed_is_not_handed_out_again() throws Exception {
        ChannelPool pool = pool(1, 1);

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> pool.with(channel -> channel.queueDeclarePassive("not there")))
                    .isInstanceOf(IOException.class);
            use(pool);
        }

        assertThat(pool.state().inUse()).isZero();
        assertThat(atTheBroker()).isEqualTo(1);
    }

    @Test
    void what_one_borrower_does_to_a_channel_does_not_reach_the_next() throws Exception {
        ChannelPool pool = pool(1, 1);
        int first = pool.with(channel -> System.identityHashCode(channel.confirmSelect()));
        pool.with(channel -> {
            channel.basicQos(1);
            return channel.txSelect(); // refused on a channel with confirmations
        });

        pool.with(Channel::confirmSelect); // refused on one with transactions
        PooledChannel kept = pool.borrow(LONG);
        Channel stale = kept.channel();
        kept.close();

        assertThat(first).isNotZero();
        assertThatThrownBy(stale::getChannelNumber).hasMessageContaining("given back");
        assertThatThrownBy(kept::channel).isInstanceOf(IllegalStateException.class);
        assertThat(atTheBroker()).isLessThanOrEqualTo(1);
    }

    @Test
    void connections_that_are_cut_are_replaced_and_nothing_is_leaked() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        ChannelPool pool = through(wire);
        for (int i = 0; i < 5; i++) {
            PooledChannel broken = pool.borrow(LONG);
            assertThat(broken.channel().isOpen()).isTrue();
            wire.cut();
            Waiting.until(() -> !broken.channel().isOpen());
            broken.close();

            use(pool);
        }

        Waiting.until(() -> pool.state().inUse() == 0 && pool.state().channels() == 1);
        Waiting.until(() -> atTheBroker() == 1);
    }

    @Test
    void connections_that_the_broker_closes_are_replaced() throws Exception {
        ChannelPool pool = pool(2, 1);
        PooledChannel one = pool.borrow(LONG);
        PooledChannel two = pool.borrow(LONG);

        broker.control("close_all_connections", "a test");
        Waiting.until(() -> !one.channel().isOpen() && !two.channel().isOpen());
        one.close();
        two.close();

        use(pool);
        assertThat(pool.state().inUse()).isZero();
    }

    @Test
    void a_silent_network_holds_nobody_longer_than_the_time_out() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        ChannelPool pool = through(wire);
        PooledChannel one = pool.borrow(LONG);
        wire.stall();
        long start = System.nanoTime();

        assertThatThrownBy(() -> pool.borrow(Duration.ofMillis(200))).isInstanceOf(BorrowException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        pool.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        one.close();
        assertThat(pool.state().inUse()).isZero();
    }

    @Test
    void who_waits_while_the_pool_is_closed_is_told_so() throws Exception {
        ChannelPool pool = pool(1, 1);
        PooledChannel only = pool.borrow(LONG);
        CompletableFuture<PooledChannel> waits = CompletableFuture.supplyAsync(() -> pool.borrow(LONG));
        Waiting.until(() -> pool.state().waiting() == 1);

        pool.close();
        pool.close();

        assertThatThrownBy(() -> waits.get(60, SECONDS)).hasMessageContaining("closed");
        assertThat(only.channel().isOpen()).isFalse();
        only.close();
        assertThatThrownBy(() -> pool.borrow(SHORT)).hasMessageContaining("closed");
        assertThat(pool.tryBorrow()).isEmpty();
        Waiting.until(() -> atTheBroker() == 0);
    }

    @Test
    void a_broker_that_refuses_is_told_at_once() {
        ChannelPool pool = bench.open(ChannelPool.open(ToolboxOptions.uri(broker.uri("troth", "wrong")), "pool test"));

        assertThatThrownBy(() -> pool.borrow(Duration.ofMinutes(2)))
                .isInstanceOf(BorrowException.class)
                .hasMessageContainingAll("refuses user or password", "0 of at most 200")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void an_error_of_the_jvm_is_told_and_the_connection_is_tried_again() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        SSLContext faulty = new FaultyTls(SSLContext.getDefault(), () -> {
            tries.incrementAndGet();
            throw new OutOfMemoryError("unable to create native thread");
        });
        String uri = broker.uri().replace("amqp:", "amqps:");
        ChannelPool pool = bench.open(
                ChannelPool.open(ToolboxOptions.uri(uri).sslContext(faulty).poolSize(1, 1), "pool test"));

        assertThatThrownBy(() -> pool.borrow(Duration.ofSeconds(1)))
                .isInstanceOf(BorrowException.class)
                .hasMessageContaining("unable to create native thread")
                .hasRootCauseInstanceOf(OutOfMemoryError.class);

        assertThat(tries).hasValueGreaterThan(1);
    }

    @Test
    void a_task_waits_until_there_is_a_thread_for_it() throws Exception {
        AtomicBoolean none = new AtomicBoolean();
        PoolThreads threads = new PoolThreads(task -> {
            if (none.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });
        CountDownLatch done = new CountDownLatch(1);
        none.set(true);

        threads.run(done::countDown);
        assertThat(done.getCount()).isEqualTo(1);
        none.set(false);

        assertThat(done.await(60, SECONDS)).isTrue();
        threads.close();
    }

    @Test
    void a_channel_that_is_not_given_back_is_reported_once_with_the_place() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            ChannelPool pool =
                    bench.open(ChannelPool.open(bench.options().leakAfter(Duration.ofMillis(100)), "pool test"));
            PooledChannel leaked = forgetfulBorrower(pool);
            Waiting.until(() -> written.toString(StandardCharsets.UTF_8).contains("forgetfulBorrower"));
            assertThat(pool.state().overdue()).isEqualTo(1);
            try (PooledChannel later = careless(pool)) { // several rounds of looking
                Waiting.until(() -> written.toString(StandardCharsets.UTF_8).contains("careless"));
                assertThat(later.channel().isOpen()).isTrue();
            }

            assertThat(written.toString(StandardCharsets.UTF_8))
                    .contains("TROTH-0720")
                    .containsOnlyOnce("forgetfulBorrower")
                    .doesNotContain(broker.password());
            leaked.close();
            assertThat(pool.state().overdue()).isZero();
        } finally {
            System.setErr(before);
        }
    }

    private static PooledChannel forgetfulBorrower(ChannelPool pool) {
        return pool.borrow(LONG);
    }

    private static PooledChannel careless(ChannelPool pool) {
        return pool.borrow(LONG);
    }

    @Test
    void a_shared_channel_is_used_by_one_thread_at_a_time() throws Exception {
        SharedChannel shared = bench.open(pool(1, 1).shared());
        AtomicInteger inside = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<Future<Integer>> most = new ArrayList<>();

        for (int i = 0; i < 200; i++) {
            most.add(threads.submit(() -> shared.with(LONG, channel -> {
                int now = inside.incrementAndGet();
                channel.queueDeclarePassive("amq.rabbitmq.reply-to");
                inside.decrementAndGet();
                return now;
            })));
        }

        for (Future<Integer> each : most) {
            assertThat(each.get(60, SECONDS)).isEqualTo(1);
        }
        threads.shutdown();
    }

    @Test
    void a_shared_channel_can_be_waited_for_or_only_tried() throws Exception {
        SharedChannel shared = bench.open(pool(1, 1).shared());
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        CompletableFuture<Boolean> holder = holder(shared, inside, leave);
        inside.await();

        assertThat(shared.tryWith(Channel::isOpen)).isEmpty();
        assertThatThrownBy(() -> shared.with(SHORT, Channel::isOpen))
                .isInstanceOfSatisfying(
                        ChannelBusyException.class, e -> assertThat(e.waited()).isGreaterThanOrEqualTo(SHORT))
                .hasMessageContaining("thread '");
        leave.countDown();

        assertThat(holder.get(60, SECONDS)).isTrue();
        boolean open = shared.with(LONG, Channel::isOpen);
        assertThat(open).isTrue();
        assertThat(shared.tryWith(Channel::isOpen)).isEqualTo(Optional.of(true));
    }

    private static CompletableFuture<Boolean> holder(
            SharedChannel shared, CountDownLatch inside, CountDownLatch leave) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return shared.with(LONG, channel -> {
                    inside.countDown();
                    try {
                        leave.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return channel.isOpen();
                });
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void closing_does_not_wait_for_the_lock_of_a_shared_channel() throws Exception {
        ChannelPool pool = pool(1, 1);
        SharedChannel shared = pool.shared();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        CompletableFuture<Boolean> holder = holder(shared, inside, leave);
        inside.await();

        shared.close();
        pool.close(); // both while the lock is held
        leave.countDown();

        assertThatThrownBy(() -> holder.get(60, SECONDS)).hasMessageContaining("given back");
        assertThatThrownBy(() -> shared.with(LONG, Channel::isOpen)).hasMessageContaining("closed");
        assertThat(pool.state().inUse()).isZero();
    }

    @Test
    void a_shared_channel_that_broke_is_a_new_one_for_the_next_thread() throws Exception {
        SharedChannel shared = bench.open(pool(1, 1).shared());
        assertThatThrownBy(() -> shared.with(LONG, channel -> channel.queueDeclarePassive("not there")))
                .isInstanceOf(IOException.class);

        boolean open = shared.with(LONG, Channel::isOpen);
        assertThat(open).isTrue();
        boolean again = shared.with(LONG, channel -> shared.with(SHORT, Channel::isOpen));
        assertThat(again).isTrue();
    }
}
