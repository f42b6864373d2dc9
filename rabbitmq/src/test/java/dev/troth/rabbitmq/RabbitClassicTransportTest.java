package dev.troth.rabbitmq;

import dev.troth.spi.Transport;

/** The same contract on classic queues. */
class RabbitClassicTransportTest extends RabbitTransportTest {
    @Override
    protected Transport open() {
        return RabbitTransport.connect(
                RabbitOptions.uri(broker.uri()).prefix("classic").classicQueues());
    }
}
