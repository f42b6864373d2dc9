package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;

/**
 * RabbitMQ's own view of a delivery: {@code delivery.unwrap(RabbitDelivery.class)}.
 *
 * @param deliveryTag the delivery tag, unique on its channel only
 * @param exchange the exchange that it was published to
 * @param routingKey the routing key that it was published with
 * @param redelivered whether the broker may have delivered it before
 * @param properties all properties and headers, as they came over the wire: trust nothing in them
 */
public record RabbitDelivery(
        long deliveryTag, String exchange, String routingKey, boolean redelivered, AMQP.BasicProperties properties) {

    static RabbitDelivery of(Envelope envelope, AMQP.BasicProperties properties) {
        return new RabbitDelivery(
                envelope.getDeliveryTag(),
                envelope.getExchange(),
                envelope.getRoutingKey(),
                envelope.isRedeliver(),
                properties);
    }
}
