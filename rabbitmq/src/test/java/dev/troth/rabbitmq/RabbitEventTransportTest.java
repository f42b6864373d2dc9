package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Transport.Sent;
import dev.troth.testkit.EventTransportContract;
import dev.troth.testkit.servers.RabbitServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RabbitEventTransportTest extends EventTransportContract {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

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

    @Test
    void an_event_that_is_sent_before_anybody_has_ever_subscribed_is_told_to_its_sender() throws Exception {
        RabbitOptions nothingThere = RabbitOptions.uri(broker.uri()).prefix("before-anybody");
        try (EventTransport transport = RabbitTransport.connect(nothingThere)) {
            assertThat(send(transport, new Address.Topic("blog.submitted"), message("early")))
                    .isEqualTo(Sent.UNROUTABLE);
        }
    }
}
