package dev.troth.rabbitmq;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.UnfitMessageException;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.EventTransportContract;
import dev.troth.testkit.Samples;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RabbitEventTransportTest extends EventTransportContract {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Subscriber full = new Address.Subscriber(Samples.name("full"));
    private final Address.Subscriber free = new Address.Subscriber(Samples.name("free"));

    @Override
    protected EventTransport open() {
        return RabbitTransport.connect(broker.uri());
    }

    @Override
    protected void crash() {
        broker.flush();
        broker.kill9();
        broker.start();
    }

    private static Sent become(CompletionStage<Sent> stage) throws Exception {
        return stage.toCompletableFuture().get(30, SECONDS);
    }

    private static Envelope event(String text) {
        return Samples.message(text, Duration.ZERO, true);
    }

    @Test
    void what_waits_for_a_full_subscriber_does_not_hold_up_what_waits_for_another() throws Exception {
        EventTransport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.subscribe(new Feed(full, Set.of(), false, 5), 1, delivery -> {});
        transport.subscribe(new Feed(free, Set.of(), false, 1_000), 100, arrivals);
        Sent sent = Sent.ACCEPTED;
        for (int i = 0; sent == Sent.ACCEPTED && i < 100; i++) {
            sent = become(transport.send(full, event("fills" + i)));
        }
        assertThat(sent).isEqualTo(Sent.REFUSED);

        for (int i = 0; i < 64; i++) { // more than the broker passes on at once
            assertThat(become(transport.sendLater(full, event("later" + i), Duration.ofSeconds(1))))
                    .isEqualTo(Sent.ACCEPTED);
        }
        assertThat(become(transport.sendLater(free, event("mine"), Duration.ofSeconds(1))))
                .isEqualTo(Sent.ACCEPTED);

        assertThat(Samples.text(arrivals.take())).isEqualTo("mine");
    }

    @Test
    void a_delay_that_was_deleted_is_declared_anew() throws Exception {
        EventTransport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.subscribe(new Feed(free, Set.of(), false, 1_000), 100, arrivals);
        assertThat(become(transport.sendLater(free, event("1"), Duration.ofMillis(1))))
                .isEqualTo(Sent.ACCEPTED);
        assertThat(Samples.text(arrivals.take())).isEqualTo("1");
        String delay = "troth.delay." + free.name() + ".128";
        try (Admin admin = new Admin(broker.uri())) {
            admin.channel.queueDelete(delay);
            assertThat(become(transport.sendLater(free, event("lost"), Duration.ofMillis(1))))
                    .isEqualTo(Sent.UNROUTABLE);
            assertThat(become(transport.sendLater(free, event("2"), Duration.ofMillis(1))))
                    .isEqualTo(Sent.ACCEPTED);
            assertThat(Samples.text(arrivals.take())).isEqualTo("2");

            admin.channel.exchangeDelete(delay);
            assertThat(become(transport.sendLater(free, event("3"), Duration.ofMillis(1))))
                    .isEqualTo(Sent.ACCEPTED);
            assertThat(Samples.text(arrivals.take())).isEqualTo("3");
        }
    }

    @Test
    void what_can_never_be_sent_is_told_as_such() throws Exception {
        Envelope large =
                new Envelope("EVENT", "id", "id", "text/plain", Duration.ZERO, true, Map.of(), new byte[3 << 20]);

        assertThatThrownBy(() -> become(transport().send(free, large)))
                .cause()
                .isInstanceOf(UnfitMessageException.class)
                .hasMessageContaining("maxMessageBytes");
    }
}
