package dev.troth.rabbitmq;

import dev.troth.spi.Transport;
import dev.troth.testkit.Capabilities;
import dev.troth.testkit.TransportContract;
import dev.troth.testkit.servers.RabbitServer;
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

    @Override
    protected void crash() {
        broker.flush();
        broker.kill9();
        broker.start();
    }
}
