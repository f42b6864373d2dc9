package dev.troth.bench.contender;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * For contenders that are written by hand: takes orders from a queue, lets one work for each, answers with a persistent message, and acknowledges
 * the order when the broker has the answer. An order has its transaction as message id, and its answer comes with the same correlation id.
 */
final class RabbitOrders extends DefaultConsumer {
    private static final String PARTICIPANT = "participant";
    private static final int PERSISTENT = 2;
    private static final int REPLIES_AT_ONCE = 500;

    private final Map<String, RabbitWork> works;
    private final ConfirmedPublishing answers;

    /** Takes orders for the participants of those names. */
    RabbitOrders(Channel channel, ConfirmedPublishing answers, Map<String, RabbitWork> works) {
        super(channel);
        this.answers = answers;
        this.works = works;
    }

    /** Durable, of the type that the setting {@code queues} says: classic or quorum. */
    static void declare(Channel channel, String name, String type) throws IOException {
        channel.queueDeclare(name, true, false, false, Map.of("x-queue-type", type));
    }

    /** A queue for answers, which ends with its connection: each is given to whoever listens, by its type and its correlation id. */
    static String replies(Connection connection, BiConsumer<String, String> answered) throws IOException {
        Channel channel = connection.createChannel();
        String name = channel.queueDeclare("", false, true, true, null).getQueue();
        channel.basicQos(REPLIES_AT_ONCE);
        channel.basicConsume(name, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                answered.accept(properties.getType(), properties.getCorrelationId());
                channel.basicAck(envelope.getDeliveryTag(), false);
            }
        });
        return name;
    }

    /** What an order says of itself. */
    static AMQP.BasicProperties order(String type, String gid, String participant, String correlation, String replies) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .type(type)
                .messageId(gid)
                .headers(Map.of(PARTICIPANT, participant))
                .correlationId(correlation)
                .replyTo(replies)
                .build();
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
            throws IOException {
        RabbitWork work = works.get(String.valueOf(properties.getHeaders().get(PARTICIPANT)));
        if (work == null) {
            throw new IOException("An order is for nobody: " + properties);
        }
        String answer =
                work.answer(properties.getType(), properties.getMessageId(), new String(body, StandardCharsets.UTF_8));
        AMQP.BasicProperties reply = new AMQP.BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .type(answer)
                .correlationId(properties.getCorrelationId())
                .build();
        answers.publish(
                properties.getReplyTo(),
                reply,
                new byte[0],
                () -> getChannel().basicAck(envelope.getDeliveryTag(), false));
    }
}
