/**
 * Transport over RabbitMQ 3.10 to 4.3. {@link dev.troth.rabbitmq.RabbitTransport} is the entry, {@link
 * dev.troth.rabbitmq.RabbitOptions} says how; docs/adr tells why it is built like this.
 */
@NullMarked
package dev.troth.rabbitmq;

import org.jspecify.annotations.NullMarked;
