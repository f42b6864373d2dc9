package dev.troth.testkit;

import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.engine.inprocess.Bus;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InProcessTransportTest extends TransportContract {
    private final AtomicLong nanos = new AtomicLong();
    private final Bus bus = new Bus(nanos::get);

    @Override
    protected Transport open() {
        return bus.join();
    }

    @Override
    protected Capabilities capabilities() {
        return Capabilities.memory();
    }

    @Override
    protected void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void a_full_mailbox_takes_no_more_until_it_empties_or_its_messages_expire() throws Exception {
        Transport transport = transport();
        Address.Participant review = new Address.Participant(name("review"));
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, arrivals);
        send(transport, review, message("held"));
        arrivals.take();
        for (int i = 0; i < 10_000; i++) {
            send(transport, review, message("m" + i));
        }

        assertThatThrownBy(() -> send(transport, review, message("one too many")))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("full")
                .hasMessageContaining("participant." + review.name());
        pass(Duration.ofSeconds(61));

        assertThat(send(transport, review, message("fits"))).isEqualTo(Sent.ACCEPTED);
    }

    @Test
    void what_waits_for_a_participant_waits_for_its_next_listener() throws Exception {
        Address.Participant review = new Address.Participant(name("review"));
        Transport stops = transport();
        Transport sender = transport();
        Arrivals first = new Arrivals();
        stops.listen(review, 1, first);
        send(sender, review, message("a"));
        send(sender, review, message("b"));
        first.take();

        stops.close();
        assertThat(send(sender, review, message("c"))).isEqualTo(Sent.UNROUTABLE);
        Arrivals second = new Arrivals();
        transport().listen(review, 2, second);

        assertThat(second.take(2)).extracting(Samples::text).containsExactly("a", "b");
    }

    @Test
    void a_bus_ends_with_its_last_transport() throws Exception {
        Transport one = transport();
        Transport two = transport();
        one.close();
        assertThat(two.connected()).isTrue();

        two.close();

        assertThatThrownBy(bus::join).isInstanceOf(TransportException.class).hasMessageContaining("create()");
    }
}
