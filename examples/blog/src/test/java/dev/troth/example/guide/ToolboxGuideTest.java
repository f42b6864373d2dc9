package dev.troth.example.guide;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.rabbitmq.toolbox.Binding;
import dev.troth.rabbitmq.toolbox.ChannelPool;
import dev.troth.rabbitmq.toolbox.Consumption;
import dev.troth.rabbitmq.toolbox.Exchange;
import dev.troth.rabbitmq.toolbox.OutgoingMessage;
import dev.troth.rabbitmq.toolbox.Overflow;
import dev.troth.rabbitmq.toolbox.PublishOutcome;
import dev.troth.rabbitmq.toolbox.Queue;
import dev.troth.rabbitmq.toolbox.SharedChannel;
import dev.troth.rabbitmq.toolbox.Subscription;
import dev.troth.rabbitmq.toolbox.Toolbox;
import dev.troth.testkit.servers.RabbitServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lines of docs/rabbitmq-toolbox.md, word for word between the marks, run on a real RabbitMQ. */
@Timeout(300)
class ToolboxGuideTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final BlockingQueue<String> mailed = new LinkedBlockingQueue<>();

    private void mail(String text) {
        mailed.add(text);
    }

    @Test
    void the_ten_lines_declare_publish_and_consume() throws Exception {
        String uri = broker.uri();
        // snippet
        Toolbox rabbit = Toolbox.open(uri);
        Exchange events = Exchange.topic("shop.events");
        Queue invoices = Queue.quorum("shop.invoices").maxLength(10_000, Overflow.REJECT_PUBLISH);
        rabbit.declare(Binding.of(events, invoices, "order.*"));

        Subscription consumer = rabbit.consume(Consumption.of(invoices).prefetch(10), message -> {
            mail(message.text());
            message.ack();
        });
        OutgoingMessage order = OutgoingMessage.to(events, "order.placed", "42").messageId("order-42");
        CompletableFuture<PublishOutcome> sent = rabbit.publish(order); // fails if refused, not sent, or unknown
        boolean stored = sent.get().confirmed(); // false: no queue takes it
        // end
        assertThat(stored).isTrue();
        assertThat(mailed.poll(60, SECONDS)).isEqualTo("42");
        assertThat(consumer.active()).isTrue();
        consumer.close();
        pool(rabbit.channels());
        rabbit.deleteQueue(invoices.name());
        rabbit.deleteExchange(events.name());
        rabbit.close();
    }

    private static void pool(ChannelPool channels) throws IOException {
        // snippet
        long ready = channels.with(channel -> channel.messageCount("shop.invoices"));

        SharedChannel shared = channels.shared();
        long consumers = shared.with(Duration.ofSeconds(2), channel -> channel.consumerCount("shop.invoices"));
        Optional<Long> now = shared.tryWith(channel -> channel.messageCount("shop.invoices")); // empty: it is in use
        // end
        assertThat(ready).isNotNegative();
        assertThat(consumers).isNotNegative();
        assertThat(now).isPresent();
        shared.close();
    }
}
