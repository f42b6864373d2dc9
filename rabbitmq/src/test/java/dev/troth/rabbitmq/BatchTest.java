package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.Samples;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What travels together is settled, given back, refused and set aside each by itself. */
@Timeout(300)
class BatchTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Participant review = new Address.Participant(name("review"));
    private final Arrivals arrivals = new Arrivals();
    private final RabbitOptions options = RabbitOptions.uri(broker.uri()).maxDeliveries(3);
    private final Transport transport = RabbitTransport.connect(options);
    private final Admin admin = new Admin(broker.uri());

    BatchTest() throws Exception {}

    @BeforeEach
    void forget_dead_letters() throws Exception {
        admin.forgetDeadLetters();
    }

    @AfterEach
    void close() {
        transport.close();
        admin.close();
    }

    private static List<Parcel> parcels(Envelope... envelopes) throws Wire.Unfit {
        Wire wire = new Wire(RabbitOptions.uri("amqp://localhost"));
        List<Parcel> parcels = new ArrayList<>();
        for (Envelope each : envelopes) {
            parcels.add(new Parcel(
                    Route.direct("troth", "anywhere"),
                    Parcel.Sharing.ALONE,
                    wire.write(each),
                    each.body(),
                    System.nanoTime(),
                    each.timeToLive(),
                    Duration.ofSeconds(60)));
        }
        return parcels;
    }

    private static Envelope[] messages(int count) {
        return IntStream.range(0, count).mapToObj(i -> message("m" + i)).toArray(Envelope[]::new);
    }

    private void publish(byte[] batch) throws Exception {
        admin.publish(review.toString(), Batch.properties(parcels(messages(2)), 1, System.nanoTime()), batch);
    }

    private void publishBatchOf(int count) throws Exception {
        publish(Batch.write(parcels(messages(count)), System.nanoTime()));
    }

    private static long tag(Delivery delivery) {
        return delivery.unwrap(RabbitDelivery.class).orElseThrow().deliveryTag();
    }

    @Test
    void what_is_sent_at_once_shares_messages_and_arrives_as_it_was() throws Exception {
        Address.Instance blog = instance();
        transport.listen(blog, 1_000, arrivals);
        List<CompletableFuture<Sent>> sends = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sends.add(transport.send(blog, message("m" + i)).toCompletableFuture());
        }

        List<Delivery> arrived = arrivals.take(500);

        for (CompletableFuture<Sent> send : sends) {
            assertThat(send.get(60, SECONDS)).isEqualTo(Sent.ACCEPTED);
        }
        assertThat(arrived).extracting(Delivery::envelope).contains(messages(500));
        assertThat(arrived.stream().mapToLong(BatchTest::tag).distinct().count())
                .isLessThan(100);
    }

    @Test
    void instances_of_a_participant_get_their_work_in_small_portions() throws Exception {
        transport.listen(review, 1_000, arrivals);
        for (int i = 0; i < 200; i++) {
            transport.send(review, message("m" + i));
        }

        List<Delivery> arrived = arrivals.take(200);

        assertThat(arrived.stream()
                        .collect(Collectors.groupingBy(BatchTest::tag, Collectors.counting()))
                        .values())
                .allMatch(parts -> parts <= 4);
    }

    @Test
    void nobody_at_the_address_is_told_for_every_part() throws Exception {
        List<CompletableFuture<Sent>> sends = new ArrayList<>();
        Address.Instance gone = instance();
        for (int i = 0; i < 200; i++) {
            sends.add(transport.send(gone, message("m" + i)).toCompletableFuture());
        }

        for (CompletableFuture<Sent> send : sends) {
            assertThat(send.get(60, SECONDS)).isEqualTo(Sent.UNROUTABLE);
        }
    }

    @Test
    void the_window_bounds_the_parts_of_a_batch() throws Exception {
        transport.listen(review, 3, arrivals);

        publishBatchOf(6);

        List<Delivery> window = arrivals.take(3);
        window.get(1).ack();
        assertThat(text(arrivals.take())).isEqualTo("m3");
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void a_part_that_is_given_back_comes_again_alone() throws Exception {
        transport.listen(review, 10, arrivals);
        publishBatchOf(3);
        List<Delivery> parts = arrivals.take(3);

        parts.get(1).release();

        Delivery again = arrivals.take();
        assertThat(again.envelope()).isEqualTo(parts.get(1).envelope());
        assertThat(tag(again)).isNotEqualTo(tag(parts.get(0)));
        again.ack();
        parts.get(0).ack();
        parts.get(2).ack();
        Waiting.until(() -> admin.channel.messageCount("troth." + review) == 0);
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void a_part_whose_receiver_throws_is_set_aside_and_the_others_pass() throws Exception {
        AtomicInteger poisoned = new AtomicInteger();
        transport.listen(review, 10, delivery -> {
            if (text(delivery).equals("m1")) {
                poisoned.incrementAndGet();
                throw new IllegalStateException("thrown by the test's receiver");
            }
            arrivals.receive(delivery);
        });

        publishBatchOf(3);

        assertThat(arrivals.take(2)).extracting(Samples::text).containsExactly("m0", "m2");
        GetResponse letter = admin.deadLetters(1).get(0);
        assertThat(letter.getBody()).isEqualTo("m1".getBytes(StandardCharsets.UTF_8));
        assertThat(poisoned).hasValue(3); // as a part, and twice as a message of its own
    }

    @Test
    void a_part_that_cannot_be_read_is_set_aside_and_the_others_pass() throws Exception {
        transport.listen(review, 10, arrivals);
        byte[] batch = Batch.write(parcels(messages(3)), System.nanoTime());
        int second = Batch.HEAD + 4 + (batch[Batch.HEAD + 2] & 0xFF) * 256 + (batch[Batch.HEAD + 3] & 0xFF) + 4;
        batch[second] = (byte) 0xFF; // the length of its type

        publish(batch);

        List<Delivery> parts = arrivals.take(2);
        assertThat(parts).extracting(Samples::text).containsExactly("m0", "m2");
        parts.forEach(Delivery::ack);
        GetResponse letter = admin.deadLetters(1).get(0);
        assertThat(Admin.header(letter, "troth-reason")).contains("none of them may be missing");
    }

    @Test
    void a_part_that_nobody_settles_is_set_aside_after_its_last_delivery() throws Exception {
        transport.listen(review, 10, Delivery::ack).close();
        publishBatchOf(2);
        for (int i = 0; i < 3; i++) {
            Transport dies = RabbitTransport.connect(options);
            dies.listen(review, 10, arrivals);
            arrivals.take(2);
            dies.close();
        }

        transport.listen(review, 10, arrivals);

        List<GetResponse> letters = admin.deadLetters(2);
        assertThat(letters)
                .extracting(letter -> new String(letter.getBody(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("m0", "m1");
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void what_a_closed_transport_left_unsettled_of_a_batch_comes_again() throws Exception {
        Transport dies = RabbitTransport.connect(options);
        dies.listen(review, 2, arrivals);
        publishBatchOf(4);
        arrivals.take(2).get(0).ack();
        Delivery third = arrivals.take();

        dies.close();

        third.ack(); // too late
        transport.listen(review, 10, arrivals);
        List<Delivery> again = arrivals.take(4);
        assertThat(again).extracting(Samples::text).contains("m1", "m2", "m3");
        assertThat(again).allMatch(Delivery::redelivered);
    }

    @Test
    void a_closed_subscription_leaves_to_others_what_waits_for_the_window() throws Exception {
        Subscription closing = transport.listen(review, 1, arrivals);
        publishBatchOf(3);
        Delivery held = arrivals.take();
        Arrivals others = new Arrivals();
        Transport other = RabbitTransport.connect(options);
        other.listen(review, 10, others);

        closing.close();

        assertThat(others.take(2)).extracting(Samples::text).containsExactlyInAnyOrder("m1", "m2");
        held.ack();
        other.close();
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void random_bytes_and_batches_in_batches_are_no_batches() throws Exception {
        transport.listen(review, 10, arrivals);
        byte[] good = Batch.write(parcels(messages(3)), System.nanoTime());
        Random random = new Random(7);
        byte[] rubbish = new byte[500];
        random.nextBytes(rubbish);
        rubbish[0] = 1;

        publish(rubbish);
        publish(new byte[0]);
        publish(Arrays.copyOf(good, good.length - 1));
        publish(Arrays.copyOf(good, good.length + 1));
        publish(new byte[] {2, 0, 2});
        publish(new byte[] {1, 0, 0});
        send(transport, review, message("good"));

        assertThat(text(arrivals.take())).isEqualTo("good");
        assertThat(admin.deadLetters(6)).hasSize(6);
    }
}
