/**
 * RabbitMQ itself, typed: exchanges, queues and bindings as values, publishing with the broker's confirmation, consumers that come
 * back, and a pool of channels. {@link dev.troth.rabbitmq.toolbox.Toolbox} is the entry. It stands beside the transport and knows
 * nothing of transactions.
 */
@NullMarked
package dev.troth.rabbitmq.toolbox;

import org.jspecify.annotations.NullMarked;
