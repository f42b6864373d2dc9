package dev.troth.testkit;

import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link EventTransport} must do, besides what {@link TransportContract} says.
 *
 * <pre>{@code
 * class RabbitEventTransportTest extends EventTransportContract {
 *     @Override protected EventTransport open() { return RabbitTransport.connect(broker.uri()); }
 *     @Override protected void crash() { broker.kill9(); broker.start(); }
 * }
 * }</pre>
 */
@Timeout(300)
public abstract class EventTransportContract {
    private static final int LIMIT = 100_000;

    private final List<EventTransport> opened = new ArrayList<>();
    private final Address.Subscriber notes = new Address.Subscriber(name("notes"));
    private final String test = name("topic"); // every test has its own
    private final Arrivals arrivals = new Arrivals();

    /** For subclasses. */
    protected EventTransportContract() {}

    /** A new transport, as another process would have it: all of them reach each other. */
    protected abstract EventTransport open() throws Exception;

    /** Kills the broker without warning and starts it again. */
    protected abstract void crash() throws Exception;

    /** A transport that is closed after the test. */
    protected final EventTransport transport() throws Exception {
        EventTransport transport = open();
        opened.add(transport);
        return transport;
    }

    @AfterEach
    void close_what_was_opened() {
        opened.forEach(EventTransport::close);
    }

    /** What an event looks like: it lives for ever and must not get lost. */
    private static Envelope event(String text) {
        return message(text, Duration.ZERO, true);
    }

    private static Feed feed(Address.Subscriber subscriber, String... topics) {
        return feed(subscriber, false, LIMIT, topics);
    }

    private static Feed feed(Address.Subscriber subscriber, boolean inOrder, int limit, String... topics) {
        return new Feed(
                subscriber, Stream.of(topics).map(TopicPattern::new).collect(Collectors.toSet()), inOrder, limit);
    }

    private Address.Topic topic(String end) {
        return new Address.Topic(test + '.' + end);
    }

    // ---------------------------------------------------------------- topics

    @Test
    void everybody_who_wants_an_event_gets_it_once_and_nobody_else() throws Exception {
        EventTransport transport = transport();
        Arrivals others = new Arrivals();
        Arrivals strangers = new Arrivals();
        transport.subscribe(feed(notes, test + ".one.*", test + ".one.#"), 10, arrivals);
        transport.subscribe(feed(new Address.Subscriber(name("other")), test + ".*.a"), 10, others);
        transport.subscribe(feed(new Address.Subscriber(name("stranger")), test + ".two.#"), 10, strangers);

        assertThat(send(transport(), topic("one.a"), event("a"))).isEqualTo(Sent.ACCEPTED);
        assertThat(send(transport(), topic("two"), event("b"))).isEqualTo(Sent.ACCEPTED);

        assertThat(text(arrivals.take())).isEqualTo("a");
        assertThat(text(others.take())).isEqualTo("a");
        assertThat(text(strangers.take())).isEqualTo("b");
        assertThat(arrivals.waiting() + others.waiting() + strangers.waiting()).isZero();
    }

    @Test
    void an_event_that_nobody_wants_is_told_to_its_sender() throws Exception {
        EventTransport transport = transport();
        transport.subscribe(feed(notes, test + ".wanted"), 10, arrivals);

        assertThat(send(transport, topic("unwanted"), event("a"))).isEqualTo(Sent.UNROUTABLE);
        assertThat(send(transport, new Address.Subscriber(name("nobody")), event("a")))
                .isEqualTo(Sent.UNROUTABLE);
        assertThat(send(transport, topic("wanted"), event("b"))).isEqualTo(Sent.ACCEPTED);
        assertThat(text(arrivals.take())).isEqualTo("b");
    }

    @Test
    void a_command_goes_to_its_subscriber_only() throws Exception {
        EventTransport transport = transport();
        Arrivals others = new Arrivals();
        transport.subscribe(feed(notes, test + ".#"), 10, arrivals);
        transport.subscribe(feed(new Address.Subscriber(name("other")), test + ".#"), 10, others);

        assertThat(send(transport, notes, event("a"))).isEqualTo(Sent.ACCEPTED);
        assertThat(send(transport, topic("all"), event("b"))).isEqualTo(Sent.ACCEPTED);

        assertThat(texts(arrivals.take(2))).containsExactlyInAnyOrder("a", "b");
        assertThat(text(others.take())).isEqualTo("b");
    }

    @Test
    void what_is_sent_while_a_subscriber_is_away_waits_for_it_through_a_crash() throws Exception {
        EventTransport transport = transport();
        transport.subscribe(feed(notes, test + ".away"), 10, arrivals).close();
        for (String each : List.of("a", "b", "c")) {
            assertThat(send(transport, topic("away"), event(each))).isEqualTo(Sent.ACCEPTED);
        }
        crash();

        transport().subscribe(feed(notes, test + ".away"), 10, arrivals);

        assertThat(texts(arrivals.take(3))).containsExactly("a", "b", "c");
    }

    @Test
    void what_is_not_settled_comes_again() throws Exception {
        EventTransport dies = transport();
        dies.subscribe(feed(notes, test + ".again"), 10, arrivals);
        EventTransport sender = transport();
        for (String each : List.of("a", "b", "c")) {
            send(sender, topic("again"), event(each));
        }
        List<Delivery> first = arrivals.take(3);
        first.get(0).ack();
        Arrivals second = new Arrivals();
        transport().subscribe(feed(notes, test + ".again"), 10, second);

        dies.close();

        List<Delivery> again = second.take(2);
        assertThat(texts(again)).containsExactlyInAnyOrder("b", "c");
        assertThat(again).allMatch(Delivery::redelivered);
    }

    // ---------------------------------------------------------------- order

    @Test
    void one_consumer_at_a_time_gets_everything_in_the_order_in_which_it_was_accepted() throws Exception {
        EventTransport first = transport();
        Arrivals standsBy = new Arrivals();
        first.subscribe(feed(notes, true, LIMIT, test + ".order"), 50, arrivals);
        transport().subscribe(feed(notes, true, LIMIT, test + ".order"), 50, standsBy);
        EventTransport sender = transport();
        List<String> sent = IntStream.range(0, 200).mapToObj(i -> "m" + i).toList();
        List<CompletableFuture<Sent>> sends = sent.stream()
                .map(each -> sender.send(topic("order"), event(each)).toCompletableFuture())
                .toList();
        for (CompletableFuture<Sent> each : sends) {
            assertThat(each.get(60, SECONDS)).isEqualTo(Sent.ACCEPTED);
        }

        List<String> received = new ArrayList<>();
        for (int i = 0; i < 75; i++) {
            Delivery delivery = arrivals.take();
            received.add(text(delivery));
            delivery.ack();
        }
        assertThat(received).isEqualTo(sent.subList(0, 75));
        assertThat(standsBy.waiting()).isZero();

        first.close();

        List<String> rest = new ArrayList<>();
        while (!rest.contains("m199")) {
            Delivery delivery = standsBy.take();
            if (!rest.contains(text(delivery))) {
                rest.add(text(delivery));
            }
            delivery.ack();
        }
        assertThat(rest).isEqualTo(sent.subList(sent.indexOf(rest.get(0)), 200));
        assertThat(sent.indexOf(rest.get(0))).isLessThanOrEqualTo(75);
    }

    @Test
    void what_was_not_settled_comes_before_what_follows_when_a_consumer_in_order_is_closed() throws Exception {
        EventTransport first = transport();
        Subscription closes = first.subscribe(feed(notes, true, LIMIT, test + ".handed"), 5, arrivals);
        Arrivals next = new Arrivals();
        transport().subscribe(feed(notes, true, LIMIT, test + ".handed"), 5, next);
        EventTransport sender = transport();
        List<String> sent = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
        for (String each : sent) {
            assertThat(send(sender, topic("handed"), event(each))).isEqualTo(Sent.ACCEPTED);
        }
        List<Delivery> unsettled = arrivals.take(5);
        assertThat(texts(unsettled)).isEqualTo(sent.subList(0, 5));
        unsettled.get(0).ack();
        unsettled.get(2).ack();

        closes.close();

        List<String> received = new ArrayList<>();
        while (!received.contains("m19")) {
            Delivery delivery = next.take();
            received.add(text(delivery));
            delivery.ack();
        }
        assertThat(received).isSubsetOf(sent).isSortedAccordingTo(Comparator.comparing(sent::indexOf));
        assertThat(received).containsAll(sent.subList(5, 20)).contains("m1", "m3", "m4");
    }

    // ---------------------------------------------------------------- full queues

    @Test
    void a_full_queue_refuses_and_takes_again_when_there_is_room() throws Exception {
        EventTransport transport = transport();
        Subscription full = transport.subscribe(feed(notes, false, 5, test + ".full"), 1, arrivals);
        Arrivals others = new Arrivals();
        transport.subscribe(feed(new Address.Subscriber(name("free")), test + ".free"), 100, others);
        EventTransport sender = transport();

        int accepted = 0;
        Sent last = Sent.ACCEPTED;
        while (last == Sent.ACCEPTED && accepted < 1_000) {
            last = send(sender, topic("full"), event("m" + accepted));
            accepted += last == Sent.ACCEPTED ? 1 : 0;
        }
        assertThat(last).isEqualTo(Sent.REFUSED);
        assertThat(send(sender, topic("free"), event("passes"))).isEqualTo(Sent.ACCEPTED);
        assertThat(text(others.take())).isEqualTo("passes");

        for (int i = 0; i < accepted; i++) {
            arrivals.take().ack();
        }
        while (send(sender, topic("full"), event("again")) != Sent.ACCEPTED) {
            Thread.onSpinWait();
        }
        Delivery delivery = arrivals.take();
        while (!text(delivery).equals("again")) { // a quorum queue may have taken what it has refused
            delivery.ack();
            delivery = arrivals.take();
        }
        full.close();
    }

    // ---------------------------------------------------------------- later

    @Test
    void what_is_sent_for_later_comes_when_the_delay_has_passed_and_the_shorter_delay_first() throws Exception {
        EventTransport transport = transport();
        transport.subscribe(feed(notes), 10, arrivals);
        long begin = System.nanoTime();

        List<CompletableFuture<Sent>> sends = List.of(
                later(transport, "2", Duration.ofSeconds(5)),
                later(transport, "1", Duration.ofSeconds(2)),
                later(transport, "0", Duration.ZERO));

        for (CompletableFuture<Sent> each : sends) {
            assertThat(each.get(60, SECONDS)).isEqualTo(Sent.ACCEPTED);
        }
        assertThat(text(arrivals.take())).isEqualTo("0");
        assertThat(text(arrivals.take())).isEqualTo("1");
        assertThat(System.nanoTime() - begin)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(text(arrivals.take())).isEqualTo("2");
        assertThat(System.nanoTime() - begin)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void a_delay_passes_through_a_crash_of_the_broker() throws Exception {
        EventTransport transport = transport();
        transport.subscribe(feed(notes), 10, arrivals);
        assertThat(later(transport, "a", Duration.ofSeconds(2)).get(60, SECONDS))
                .isEqualTo(Sent.ACCEPTED);

        crash();

        assertThat(text(arrivals.take())).isEqualTo("a");
    }

    private CompletableFuture<Sent> later(EventTransport transport, String text, Duration delay) {
        return transport.sendLater(notes, event(text), delay).toCompletableFuture();
    }

    private static List<String> texts(List<Delivery> deliveries) {
        return deliveries.stream().map(Samples::text).toList();
    }
}
