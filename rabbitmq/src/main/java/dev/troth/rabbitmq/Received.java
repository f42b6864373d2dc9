package dev.troth.rabbitmq;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A delivery from the broker; an envelope only after {@link #understood}. */
final class Received implements Delivery {
    private final Settling settling;
    private final RabbitDelivery wire;
    private final byte[] body;
    private final AtomicBoolean settled = new AtomicBoolean();
    private @Nullable Envelope envelope;
    private @Nullable Listening listening;

    Received(Settling settling, RabbitDelivery wire, byte[] body) {
        this.settling = settling;
        this.wire = wire;
        this.body = body;
    }

    /** Before it is handed out: what it says, and who helps to settle it. */
    void understood(Envelope says, Listening by) {
        envelope = says;
        listening = by;
    }

    long tag() {
        return wire.deliveryTag();
    }

    RabbitDelivery wire() {
        return wire;
    }

    byte[] body() {
        return body;
    }

    Settling settling() {
        return settling;
    }

    /** How often it was delivered before; known for quorum queues only. */
    long earlierDeliveries() {
        return wire.properties().getHeaders() != null
                        && wire.properties().getHeaders().get("x-delivery-count") instanceof Number count
                ? count.longValue()
                : 0;
    }

    /** Takes the right to settle it; false when somebody has it. */
    boolean claim() {
        return settled.compareAndSet(false, true);
    }

    @Override
    public Envelope envelope() {
        return Objects.requireNonNull(envelope, "handed out before it was understood");
    }

    @Override
    public boolean redelivered() {
        return wire.redelivered();
    }

    @Override
    public boolean lost() {
        return !settling.alive();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type.isInstance(wire) ? Optional.of(type.cast(wire)) : Optional.empty();
    }

    @Override
    public void ack() {
        if (claim()) {
            settling.ack(tag());
        }
    }

    @Override
    public void release() {
        if (claim()) {
            Objects.requireNonNull(listening).release(this);
        }
    }

    @Override
    public void deadLetter(String reason) {
        if (claim()) {
            Objects.requireNonNull(listening).setAside(this, reason);
        }
    }
}
