package dev.troth.testkit;

import dev.troth.spi.Transport;
import java.time.Duration;

class InMemoryBrokerTransportTest extends TransportContract {
    private final InMemoryBroker broker = InMemoryBroker.create();

    @Override
    protected Transport open() {
        return broker.connect();
    }

    @Override
    protected Capabilities capabilities() {
        return Capabilities.broker();
    }

    @Override
    protected void crash() {
        broker.crash();
    }

    @Override
    protected void pass(Duration time) {
        broker.pass(time);
    }
}
