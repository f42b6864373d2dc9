package dev.troth.rabbitmq;

import dev.troth.spi.EventTransport;
import dev.troth.testkit.EventTransportContract;
import dev.troth.testkit.servers.RabbitServer;
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
}
