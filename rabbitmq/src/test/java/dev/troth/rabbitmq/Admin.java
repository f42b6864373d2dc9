package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Somebody else at the broker, who uses the client library directly. */
final class Admin implements AutoCloseable {
    private final Connection connection;
    final Channel channel;
    private String prefix = "troth";

    Admin(String uri) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri);
        factory.setAutomaticRecoveryEnabled(false);
        connection = factory.newConnection("admin");
        channel = connection.createChannel();
        channel.confirmSelect();
    }

    /** Works with names of this prefix from now on. */
    void use(String itsPrefix) {
        prefix = itsPrefix;
    }

    /** Publishes and waits until the broker has it. */
    void publish(String routingKey, AMQP.BasicProperties properties, byte[] body) throws Exception {
        channel.basicPublish(prefix, routingKey, true, properties, body);
        channel.waitForConfirmsOrDie(10_000);
    }

    /** Takes that many dead letters, which may still be coming. */
    List<GetResponse> deadLetters(int count) throws Exception {
        List<GetResponse> letters = new ArrayList<>();
        Waiting.until(() -> {
            GetResponse letter = channel.basicGet(prefix + ".dead-letters", true);
            if (letter != null) {
                letters.add(letter);
            }
            return letters.size() == count;
        });
        return letters;
    }

    /** How many dead letters there are. */
    long deadLetterCount() throws Exception {
        return channel.messageCount(prefix + ".dead-letters");
    }

    void forgetDeadLetters() throws Exception {
        channel.queuePurge(prefix + ".dead-letters");
    }

    /** The queue of that name, unless there is none. */
    Optional<AMQP.Queue.DeclareOk> queue(String name) throws Exception {
        try (Channel asking = connection.createChannel()) {
            return Optional.of(asking.queueDeclarePassive(name));
        } catch (IOException gone) {
            if (Topology.code(gone) != AMQP.NOT_FOUND) {
                throw gone;
            }
            return Optional.empty();
        }
    }

    static String header(GetResponse letter, String name) {
        Map<String, Object> headers = letter.getProps().getHeaders();
        return String.valueOf(headers.get(name));
    }

    @Override
    public void close() {
        connection.abort(5_000);
    }
}
