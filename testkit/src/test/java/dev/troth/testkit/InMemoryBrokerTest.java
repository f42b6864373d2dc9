package dev.troth.testkit;

import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.message.Delivery;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryBrokerTest extends EventTransportContract {
    private final InMemoryBroker real = InMemoryBroker.inRealTime();
    private final InMemoryBroker broker = InMemoryBroker.create();
    private final EventTransport transport = broker.connect();
    private final Address.Subscriber notes = new Address.Subscriber("notes");
    private final Arrivals arrivals = new Arrivals();

    @Override
    protected EventTransport open() {
        return real.connect();
    }

    @Override
    protected void crash() {
        real.crash();
    }

    private Subscription subscribe(boolean inOrder, Arrivals to) {
        return transport.subscribe(new Feed(notes, Set.of(new TopicPattern("blog.#")), inOrder, 10), 5, to);
    }

    private static Sent later(EventTransport transport, Address.Subscriber to, String text, Duration delay) {
        return transport
                .sendLater(to, message(text, Duration.ZERO, true), delay)
                .toCompletableFuture()
                .join();
    }

    @Test
    void its_time_stands_still_until_a_test_moves_it() throws Exception {
        subscribe(false, arrivals);
        later(transport, notes, "b", Duration.ofHours(2));
        later(transport, notes, "a", Duration.ofHours(1));
        broker.awaitDelayed(2);

        broker.pass(Duration.ofMinutes(59));
        assertThat(broker.delayed()).isEqualTo(2);
        broker.pass(Duration.ofMinutes(1));

        assertThat(text(arrivals.take())).isEqualTo("a");
        assertThat(broker.delayed()).isEqualTo(1);
        assertThat(later(transport, new Address.Subscriber("nobody"), "c", Duration.ZERO))
                .isEqualTo(Sent.UNROUTABLE);
    }

    @Test
    void while_it_is_away_nothing_is_sent_and_what_it_had_comes_afterwards() throws Exception {
        subscribe(false, arrivals);
        send(transport, notes, message("a", Duration.ZERO, true));
        send(transport, notes, message("transient"));
        arrivals.take(2);

        broker.stop();

        assertThat(transport.connected()).isFalse();
        assertThatThrownBy(() -> send(transport, notes, message("b")))
                .cause()
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("away");
        assertThat(arrivals.waiting()).isZero();
        broker.start();
        Delivery again = arrivals.take();
        assertThat(text(again)).isEqualTo("a");
        assertThat(again.redelivered()).isTrue();
        again.ack();
        broker.awaitSettled(notes);
    }

    @Test
    void in_order_the_next_consumer_begins_when_the_one_before_is_done() throws Exception {
        Subscription first = subscribe(true, arrivals);
        Arrivals second = new Arrivals();
        subscribe(true, second);
        send(transport, new Address.Topic("blog.a"), message("1", Duration.ZERO, true));
        Delivery held = arrivals.take();

        first.close();
        send(transport, new Address.Topic("blog.a"), message("2", Duration.ZERO, true));
        assertThat(second.waiting()).isZero();
        held.ack();

        assertThat(text(second.take())).isEqualTo("2");
    }

    @Test
    void what_is_set_aside_can_be_looked_at() throws Exception {
        subscribe(false, arrivals);
        send(transport, notes, message("a"));

        arrivals.take().deadLetter("rubbish");

        assertThat(broker.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.from()).isEqualTo(notes);
            assertThat(letter.reason()).isEqualTo("rubbish");
        });
        assertThat(broker.waiting(notes)).isZero();
    }

    @Test
    void what_a_feed_does_not_want_any_more_is_not_kept_for_it() throws Exception {
        subscribe(false, arrivals);
        transport.subscribe(new Feed(notes, Set.of(), false, 10), 5, arrivals);

        assertThat(send(transport, new Address.Topic("blog.a"), message("1"))).isEqualTo(Sent.UNROUTABLE);
    }
}
