package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be understood is set aside once, with the reason, and holds up nothing. */
@Timeout(300)
class DeadLetterTest {
    private static final AMQP.BasicProperties GOOD = new AMQP.BasicProperties.Builder()
            .type("PREPARE")
            .messageId("m-1")
            .correlationId("gid-1")
            .contentType("application/json")
            .build();

    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Participant review = new Address.Participant(name("review"));
    private final Arrivals arrivals = new Arrivals();
    private Transport transport;
    private Admin admin;

    DeadLetterTest() throws Exception {
        transport = RabbitTransport.connect(RabbitOptions.uri(broker.uri()).maxDeliveries(3));
        admin = new Admin(broker.uri());
    }

    @BeforeEach
    void forget_dead_letters() throws Exception {
        admin.forgetDeadLetters();
    }

    @AfterEach
    void close() {
        transport.close();
        admin.close();
    }

    /** Waits until a good message has passed behind whatever came before. */
    private void passes(Address address) throws Exception {
        assertThat(send(transport, address, message("good"))).isEqualTo(Sent.ACCEPTED);
        Delivery delivery = arrivals.take();
        assertThat(text(delivery)).isEqualTo("good");
        delivery.ack();
    }

    @Test
    void a_message_that_is_no_envelope_is_kept_with_what_it_was() throws Exception {
        transport.listen(review, 1, arrivals);
        AMQP.BasicProperties nameless = GOOD.builder()
                .correlationId(null)
                .userId(broker.user())
                .expiration("60000")
                .headers(Map.of("CC", List.of("nobody"), "note", "héllo"))
                .build();

        admin.publish(review.toString(), nameless, "body".getBytes(StandardCharsets.UTF_8));
        passes(review);

        GetResponse letter = admin.deadLetters(1).get(0);
        assertThat(Admin.header(letter, "troth-reason")).contains("correlation id");
        assertThat(Admin.header(letter, "troth-exchange")).isEqualTo("troth");
        assertThat(Admin.header(letter, "troth-routing-key")).isEqualTo(review.toString());
        assertThat(Admin.header(letter, "troth-user-id")).isEqualTo(broker.user());
        assertThat(Admin.header(letter, "original.note")).isEqualTo("héllo");
        assertThat(letter.getProps().getMessageId()).isEqualTo("m-1");
        assertThat(letter.getProps().getDeliveryMode()).isEqualTo(2);
        assertThat(letter.getProps().getExpiration()).isNull();
        assertThat(letter.getBody()).isEqualTo("body".getBytes(StandardCharsets.UTF_8));
        assertThat(admin.deadLetterCount()).isZero();
    }

    @Test
    void absurd_headers_and_bodies_are_set_aside_each_once() throws Exception {
        transport.listen(review, 4, arrivals);
        Map<String, Object> many = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("h" + i, "x");
        }
        List<Map<String, Object>> absurd = List.of(
                many,
                Map.of("number", 1),
                Map.of("list", List.of(1, "two", Map.of("three", 3))),
                Map.of("long", "x".repeat(70_000)),
                Map.of("truth", true),
                Map.of("line", "two\nlines"),
                Map.of("bytes", new byte[] {1, 2, 3}));

        for (Map<String, Object> headers : absurd) {
            admin.publish(review.toString(), GOOD.builder().headers(headers).build(), new byte[0]);
        }
        admin.publish(review.toString(), GOOD, new byte[2 << 20]);
        admin.publish(review.toString(), GOOD.builder().type("").build(), new byte[0]);
        admin.publish(review.toString(), GOOD.builder().messageId("a\u0000b").build(), new byte[0]);
        passes(review);

        assertThat(admin.deadLetters(10))
                .extracting(letter -> Admin.header(letter, "troth-reason"))
                .allMatch(reason -> !reason.equals("null"))
                .anyMatch(reason -> reason.contains("2097152 bytes is over the limit"))
                .anyMatch(reason -> reason.contains("100 headers"));
        assertThat(admin.deadLetterCount()).isZero();
    }

    @Test
    void random_bytes_on_every_queue_harm_nobody() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Address.Log log = new Address.Log(name("blog"));
        Address.Instance instance = instance();
        List<Address> addresses = List.of(review, log, instance);
        for (Address address : addresses) {
            transport.listen(address, 10, arrivals);
        }

        for (int i = 0; i < 150; i++) {
            byte[] body = new byte[random.nextInt(2_000)];
            random.nextBytes(body);
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .type(random.nextBoolean() ? null : new String(noise, StandardCharsets.ISO_8859_1))
                    .messageId(random.nextBoolean() ? null : "m")
                    .headers(random.nextBoolean() ? null : Map.of("noise", noise))
                    .build();
            admin.publish(addresses.get(i % 3).toString(), properties, body);
        }

        assertThat(admin.deadLetters(150)).as("seed " + seed).hasSize(150);
        for (Address address : addresses) {
            passes(address);
        }
        assertThat(transport.connected()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_message_that_the_client_library_cannot_read_is_taken_out_and_the_others_pass(boolean quorum)
            throws Exception {
        RabbitOptions options = RabbitOptions.uri(broker.uri()).prefix("troth-" + quorum);
        transport.close();
        transport = RabbitTransport.connect(quorum ? options : options.classicQueues());
        admin.use("troth-" + quorum);
        admin.forgetDeadLetters();
        transport.listen(review, 10, arrivals);
        Map<String, Object> deep = Map.of();
        for (int i = 0; i < 40; i++) { // the library reads 32
            deep = Map.of("deeper", deep);
        }

        send(transport, review, message("before"));
        admin.publish(review.toString(), GOOD.builder().headers(deep).build(), new byte[0]);
        send(transport, review, message("after"));

        Set<String> seen = new HashSet<>();
        while (!seen.containsAll(Set.of("before", "after"))) {
            Delivery delivery = arrivals.take();
            seen.add(text(delivery));
            delivery.ack();
        }

        assertThat(Admin.header(admin.deadLetters(1).get(0), "troth-reason"))
                .contains("could not be read")
                .contains("troth-" + quorum + "." + review);
        assertThat(admin.deadLetterCount()).isZero();
    }

    @Test
    void what_the_receiver_cannot_understand_is_kept_too() throws Exception {
        transport.listen(review, 1, arrivals);
        send(transport, review, message("rubbish"));

        arrivals.take().deadLetter("forged \n id " + "x".repeat(1_000));
        passes(review);

        GetResponse letter = admin.deadLetters(1).get(0);
        assertThat(Admin.header(letter, "troth-reason"))
                .startsWith("forged . id xxx")
                .hasSizeLessThan(520);
        assertThat(Admin.header(letter, "original.branch")).isEqualTo("rubbish");
    }

    @Test
    void a_message_that_nobody_settles_is_set_aside_after_its_last_delivery() throws Exception {
        transport.listen(review, 1, arrivals);
        send(transport, review, message("poison"));

        for (int i = 0; i < 3; i++) {
            Delivery delivery = arrivals.take();
            assertThat(text(delivery)).isEqualTo("poison");
            delivery.release();
        }
        passes(review);

        assertThat(Admin.header(admin.deadLetters(1).get(0), "troth-reason")).contains("delivered 3 times");
    }

    @Test
    void an_expired_message_is_no_dead_letter() throws Exception {
        transport.listen(review, 1, arrivals);
        send(transport, review, message("holds the window"));
        Delivery held = arrivals.take();

        admin.publish(review.toString(), GOOD.builder().expiration("1").build(), new byte[0]);
        Waiting.until(() -> admin.channel.messageCount("troth." + review) == 0);
        held.ack();
        passes(review);

        assertThat(admin.deadLetterCount()).isZero();
    }

    @Test
    void a_dead_letter_waits_for_its_queue_to_come_back() throws Exception {
        transport.listen(review, 1, arrivals);
        admin.channel.queueDelete("troth.dead-letters");

        admin.publish(review.toString(), GOOD.builder().type(null).build(), new byte[] {7});

        Waiting.until(() -> broker.control("-q", "list_queues", "name").contains("troth.dead-letters"));
        Waiting.until(() -> admin.deadLetterCount() == 1); // its leader may be being elected
        assertThat(admin.deadLetters(1).get(0).getBody()).containsExactly(7);
        passes(review);
    }

    @Test
    void a_receiver_sees_everything_that_the_broker_says() throws Exception {
        transport.listen(review, 1, arrivals);
        AMQP.BasicProperties properties = GOOD.builder()
                .priority(3)
                .replyTo("somewhere")
                .headers(Map.of("traceparent", "00-1"))
                .build();
        admin.publish(review.toString(), properties, new byte[0]);

        Delivery delivery = arrivals.take();
        RabbitDelivery wire = delivery.unwrap(RabbitDelivery.class).orElseThrow();

        assertThat(wire.deliveryTag()).isEqualTo(1);
        assertThat(wire.exchange()).isEqualTo("troth");
        assertThat(wire.routingKey()).isEqualTo(review.toString());
        assertThat(wire.redelivered()).isFalse();
        assertThat(wire.properties().getReplyTo()).isEqualTo("somewhere");
        assertThat(wire.properties().getPriority()).isEqualTo(3);
        assertThat(delivery.envelope().headers()).containsExactly(Map.entry("traceparent", "00-1"));
    }
}
