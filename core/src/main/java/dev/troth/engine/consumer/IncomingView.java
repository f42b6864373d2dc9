package dev.troth.engine.consumer;

import dev.troth.engine.wire.Event;
import dev.troth.message.Delivery;
import dev.troth.message.Incoming;
import java.sql.Connection;
import java.util.Optional;

/** What a handler sees of a message. */
record IncomingView(Delivery delivery, Event event, int attempt, Connection connection) implements Incoming {
    @Override
    public String id() {
        return event.id();
    }

    @Override
    public String kind() {
        return event.payload().kind();
    }

    @Override
    public String key() {
        return event.key();
    }

    @Override
    public String header(String name) {
        return delivery.envelope().header(name);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return delivery.unwrap(type);
    }
}
