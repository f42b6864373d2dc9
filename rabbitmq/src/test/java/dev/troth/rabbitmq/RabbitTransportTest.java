package dev.troth.rabbitmq;

import dev.troth.spi.Transport;
import dev.troth.testkit.Capabilities;
import dev.troth.testkit.TransportContract;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

class RabbitTransportTest extends TransportContract {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @Override
    protected Transport open() {
        return RabbitTransport.connect(broker.uri());
    }

    @Override
    protected Capabilities capabilities() {
        return Capabilities.broker();
    }

    /** RabbitMQ 3.10 loses a quorum queue, for good, whose node is killed within a second of its declaration. */
    @Override
    protected void crash() {
        pass(Duration.ofMillis(1_500));
        broker.kill9();
        broker.start();
    }
}
