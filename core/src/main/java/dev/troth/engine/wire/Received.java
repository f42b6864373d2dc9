package dev.troth.engine.wire;

import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.protocol.Message;

/**
 * A protocol message that has arrived.
 *
 * @param message what it says
 * @param from the instance that sent it
 * @param traceparent the trace it belongs to, or ""
 * @param delivery how it came, to be settled
 */
public record Received(Message message, Address.Instance from, String traceparent, Delivery delivery) {}
