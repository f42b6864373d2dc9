package dev.troth.rabbitmq.toolbox;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test of the toolbox works with: a toolbox, names of its own, and an end to everything. */
final class Bench implements AfterEachCallback {
    private final RabbitServer broker;
    private final UnaryOperator<ToolboxOptions> settings;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> queues = new ArrayList<>();
    private int names;
    private @Nullable Toolbox toolbox;

    Bench(RabbitServer broker) {
        this(broker, options -> options);
    }

    Bench(RabbitServer broker, UnaryOperator<ToolboxOptions> settings) {
        this.broker = broker;
        this.settings = settings;
    }

    /** What comes to a consumer. */
    static final class Inbox implements Receiver {
        private final BlockingQueue<IncomingMessage> messages = new LinkedBlockingQueue<>();

        @Override
        public void receive(IncomingMessage message) {
            messages.add(message);
        }

        IncomingMessage take() throws InterruptedException {
            IncomingMessage message = messages.poll(60, SECONDS);
            if (message == null) {
                throw new AssertionError("no message came within 60 s");
            }
            return message;
        }

        /** Takes the next one, and settles it. */
        String text() throws InterruptedException {
            IncomingMessage message = take();
            message.ack();
            return message.text();
        }

        int size() {
            return messages.size();
        }
    }

    ToolboxOptions options() {
        return settings.apply(ToolboxOptions.uri(broker.uri()));
    }

    /** The one of this test. */
    Toolbox toolbox() {
        Toolbox present = toolbox;
        if (present == null) {
            present = open(Toolbox.open(options()));
            toolbox = present;
        }
        return present;
    }

    <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    /** A name that no other test has. */
    String name() {
        String name = "toolbox-" + Long.toUnsignedString(System.nanoTime(), 36) + "-" + names++;
        queues.add(name);
        return name;
    }

    Queue declared(Queue queue) {
        toolbox().declare(queue);
        return queue;
    }

    void send(Queue queue, String... texts) throws Exception {
        for (String text : texts) {
            send(OutgoingMessage.toQueue(queue.name(), text));
        }
    }

    /** Publishes, and waits until the broker has it. */
    void send(OutgoingMessage message) throws Exception {
        PublishOutcome outcome = outcome(message);
        if (!outcome.confirmed()) {
            throw new AssertionError(outcome);
        }
    }

    PublishOutcome outcome(OutgoingMessage message) throws Exception {
        return toolbox().publish(message).get(60, SECONDS);
    }

    long ready(Queue queue) {
        return toolbox().queue(queue.name()).orElseThrow().ready();
    }

    /** Waits until so many messages are ready in the queue. */
    void untilReady(Queue queue, int count) throws Exception {
        Waiting.until(() -> ready(queue) == count);
    }

    /** All texts that are in the queue, without taking them. */
    List<String> texts(Queue queue) {
        return toolbox().peek(queue.name(), 100).stream()
                .map(PeekedMessage::text)
                .toList();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        if (!opened.isEmpty() && broker.isRunning()) {
            try (Toolbox sweeper = Toolbox.open(options())) {
                queues.forEach(sweeper::deleteQueue);
            }
        }
    }
}
