package dev.troth.rabbitmq;

import dev.troth.spi.Transport;

/** The same contract with queues per kind, through which every PREPARE goes. */
class RabbitPerKindTransportTest extends RabbitTransportTest {
    @Override
    protected Transport open() {
        return new Stamped(RabbitTransport.connect(
                RabbitOptions.uri(broker.uri()).prefix("per-kind").queues(QueueLayout.perKind())));
    }
}
