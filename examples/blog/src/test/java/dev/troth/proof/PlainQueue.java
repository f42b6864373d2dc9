package dev.troth.proof;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;

/** A durable queue of RabbitMQ as one uses it without a library; each connection is that of a process which ends with it. */
final class PlainQueue {
    private final ConnectionFactory broker = new ConnectionFactory();
    private final String name;

    PlainQueue(String uri, String name) throws Exception {
        broker.setUri(uri);
        this.name = name;
    }

    /** What a process does at the broker. */
    @FunctionalInterface
    interface Program {
        void run(Channel channel) throws Exception;
    }

    /** Runs a process; its connection ends when it returns or dies. */
    void process(Program program) throws Exception {
        try (Connection connection = broker.newConnection()) {
            program.run(connection.createChannel());
        }
    }

    PlainQueue declared() throws Exception {
        process(this::declare);
        return this;
    }

    private void declare(Channel channel) throws Exception {
        channel.queueDeclare(name, true, false, false, null);
    }

    /** Publishes as most do it: persistent, and without asking what became of it. */
    void publish(Channel channel, long blog) throws Exception {
        byte[] body = Long.toString(blog).getBytes(StandardCharsets.UTF_8);
        channel.basicPublish("", name, MessageProperties.PERSISTENT_BASIC, body);
    }

    /** Publishes in a process of its own, and waits until the broker has it. */
    void publishSafely(long blog) throws Exception {
        process(channel -> {
            channel.confirmSelect();
            publish(channel, blog);
            channel.waitForConfirmsOrDie(30_000);
        });
    }

    GetResponse take(Channel channel, boolean acknowledgeAtOnce) throws Exception {
        GetResponse event = channel.basicGet(name, acknowledgeAtOnce);
        if (event == null) {
            throw new AssertionError("nothing waits in " + name);
        }
        return event;
    }

    static long blog(GetResponse event) {
        return Long.parseLong(new String(event.getBody(), StandardCharsets.UTF_8));
    }

    /** How many messages wait; none of a queue that has just been made. */
    long waiting() throws Exception {
        try (Connection connection = broker.newConnection();
                Channel channel = connection.createChannel()) {
            declare(channel);
            return channel.messageCount(name);
        }
    }
}
