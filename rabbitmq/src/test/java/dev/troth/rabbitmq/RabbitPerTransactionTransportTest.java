package dev.troth.rabbitmq;

import dev.troth.spi.Transport;

/** The same contract with queues per transaction, through which every PREPARE goes. */
class RabbitPerTransactionTransportTest extends RabbitTransportTest {
    @Override
    protected Transport open() {
        return new Stamped(RabbitTransport.connect(
                RabbitOptions.uri(broker.uri()).prefix("per-transaction").queues(QueueLayout.perTransaction())));
    }
}
