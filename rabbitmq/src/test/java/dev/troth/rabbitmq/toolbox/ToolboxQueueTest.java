package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import dev.troth.rabbitmq.toolbox.Bench.Inbox;
import dev.troth.rabbitmq.toolbox.PublishException.Fate;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What queues keep, drop, reorder and pass on. */
@Timeout(300)
class ToolboxQueueTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private final Queue classic = Queue.classic(bench.name());
    private final Queue quorum = Queue.quorum(bench.name());
    private final Queue dead = Queue.classic(bench.name());
    private final Exchange graveyard = Exchange.fanout(bench.name());

    private void refused(Queue queue, String text) {
        assertThatThrownBy(() -> bench.send(queue, text))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.fate()).isEqualTo(Fate.REFUSED))
                .hasMessageContaining(queue.name());
    }

    private Queue of(String type) {
        return type.equals("quorum") ? quorum : classic;
    }

    private void bury() {
        bench.toolbox().declare(Binding.of(graveyard, dead));
    }

    private String whyDead(int number) {
        Map<String, Object> headers =
                bench.toolbox().peek(dead.name(), 10).get(number).headers();
        return String.valueOf(headers.get("x-first-death-reason"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void messages_expire_when_their_queue_says_so(String type) throws Exception {
        bury();
        Queue queue = bench.declared(of(type).messageTtl(Duration.ofMillis(20)).deadLetterTo(graveyard));

        bench.send(queue, "a");

        bench.untilReady(dead, 1);
        assertThat(bench.ready(queue)).isZero();
        assertThat(whyDead(0)).isEqualTo("expired");
    }

    @Test
    void a_queue_that_nobody_uses_expires() throws Exception {
        bench.declared(classic.expiresUnused(Duration.ofMillis(200)));
        bench.declared(quorum);

        Waiting.until( // looking by AMQP would be using it
                () -> !broker.control("-q", "list_queues", "name").contains(classic.name()));

        assertThat(bench.toolbox().queue(classic.name())).isEmpty();
        assertThat(bench.toolbox().queue(quorum.name())).isPresent();
    }

    @Test
    void a_full_queue_drops_its_head() throws Exception {
        Queue queue = bench.declared(classic.maxLength(2, Overflow.DROP_HEAD));

        bench.send(queue, "a", "b", "c");

        assertThat(bench.texts(queue)).containsExactly("b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void a_full_queue_refuses_a_publish(String type) throws Exception {
        Queue queue = bench.declared(of(type).maxLength(2, Overflow.REJECT_PUBLISH));

        bench.send(queue, "a", "b");
        int more = 0;
        while (more < 20) { // a quorum queue counts a little late
            try {
                bench.send(queue, "too much");
                more++;
            } catch (ExecutionException full) {
                break;
            }
        }

        refused(queue, "too much");
        assertThat(more).isLessThan(type.equals("classic") ? 1 : 20);
        assertThat(bench.ready(queue)).isEqualTo(2 + more);
    }

    @Test
    void a_full_queue_refuses_a_publish_and_dead_letters_it() throws Exception {
        bury();
        Queue queue = bench.declared(classic.deadLetterTo(graveyard).maxLength(1, Overflow.REJECT_PUBLISH_DLX));
        bench.send(queue, "a");

        refused(queue, "b");

        bench.untilReady(dead, 1);
        assertThat(bench.texts(dead)).containsExactly("b");
        assertThat(bench.texts(queue)).containsExactly("a");
    }

    @Test
    void a_limit_of_bytes_counts_bodies() throws Exception {
        Queue queue = bench.declared(classic.maxLengthBytes(10, Overflow.DROP_HEAD));

        bench.send(queue, "12345678", "abcdefgh");

        assertThat(bench.texts(queue)).containsExactly("abcdefgh");
    }

    @Test
    void higher_priorities_come_first() throws Exception {
        Queue queue = bench.declared(classic.maxPriority(5));

        bench.send(OutgoingMessage.toQueue(queue.name(), "low").priority(1));
        bench.send(OutgoingMessage.toQueue(queue.name(), "high").priority(5));
        bench.send(OutgoingMessage.toQueue(queue.name(), "as high").priority(200));

        assertThat(bench.texts(queue)).containsExactly("high", "as high", "low");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void of_several_consumers_one_is_active_and_another_takes_over(String type) throws Exception {
        Queue queue = bench.declared(of(type).singleActiveConsumer());
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        Subscription active = bench.toolbox().consume(Consumption.of(queue).prefetch(1), first);
        bench.open(bench.toolbox().consume(Consumption.of(queue).prefetch(1), second));

        bench.send(queue, "a", "b");
        assertThat(first.text()).isEqualTo("a");
        assertThat(first.text()).isEqualTo("b");
        active.close();
        bench.send(queue, "c");

        assertThat(second.text()).isEqualTo("c");
        assertThat(second.size()).isZero();
    }

    @Test
    void a_message_that_keeps_coming_back_is_dead_lettered() throws Exception {
        bury();
        Queue queue = bench.declared(quorum.deliveryLimit(2).deadLetterTo(graveyard));
        Inbox inbox = new Inbox();
        bench.open(bench.toolbox().consume(Consumption.of(queue), inbox));

        bench.send(queue, "poison");
        for (int delivery = 0; delivery <= 2; delivery++) {
            inbox.take().requeue();
        }

        bench.untilReady(dead, 1);
        assertThat(whyDead(0)).isEqualTo("delivery_limit");
        assertThat(inbox.size()).isZero();
    }

    @Test
    void a_rejected_message_is_dead_lettered_with_another_key() throws Exception {
        Exchange byKey = Exchange.direct(bench.name());
        bench.toolbox().declare(Binding.of(byKey, dead, "rejected"));
        Queue queue = bench.declared(classic.deadLetterTo(byKey, "rejected"));
        Inbox inbox = new Inbox();
        bench.open(bench.toolbox().consume(Consumption.of(queue), inbox));

        bench.send(queue, "bad");
        assertThat(inbox.take().reject()).isTrue();

        bench.untilReady(dead, 1);
        assertThat(bench.toolbox().peek(dead.name(), 1).get(0).delivery().routingKey())
                .isEqualTo("rejected");
    }

    @Test
    void dead_letters_wait_for_their_queue_when_they_go_at_least_once() throws Exception {
        broker.control(
                "eval", "application:set_env(rabbit, dead_letter_worker_publisher_confirm_timeout, 500)."); // 3 minutes
        Queue queue = bench.declared(
                quorum.deadLetterTo(graveyard).deadLetterAtLeastOnce().messageTtl(Duration.ofMillis(20)));
        bench.toolbox().declare(Declarations.none().with(graveyard)); // bound to nothing yet
        bench.send(queue, "a");

        bury();

        Waiting.until(() -> {
            bench.toolbox().declare(dead);
            return bench.ready(dead) == 1;
        });
    }

    @Test
    void an_exclusive_queue_is_its_consumers_alone_and_goes_with_it() throws Exception {
        Queue mine = Queue.exclusive(bench.name());
        Inbox inbox = new Inbox();
        try (Subscription subscription =
                bench.toolbox().consume(Consumption.of(mine).declaring(Declarations.of(mine)), inbox)) {
            bench.send(mine, "a");
            assertThat(inbox.text()).isEqualTo("a");
            assertThat(subscription.active()).isTrue();
            Toolbox other = bench.open(Toolbox.open(bench.options()));

            assertThatThrownBy(() -> other.consume(Consumption.of(mine), inbox))
                    .isInstanceOfSatisfying(
                            ToolboxException.class, e -> assertThat(e.code()).isEqualTo(AMQP.RESOURCE_LOCKED))
                    .hasMessageContaining(mine.name());
            assertThatThrownBy(() -> other.consume(Consumption.of(mine).declaring(Declarations.of(mine)), inbox))
                    .hasMessageContaining("belongs to another connection");
        }
        assertThatThrownBy(() -> bench.toolbox().declare(mine)).hasMessageContaining("Consumption.declaring");
        bench.toolbox().close();
        Toolbox later = bench.open(Toolbox.open(bench.options()));
        Waiting.until(() -> later.queue(mine.name()).isEmpty());
    }

    @Test
    void a_queue_goes_with_its_last_consumer() throws Exception {
        Queue brief = bench.declared(classic.deletedWithLastConsumer());

        bench.toolbox().consume(Consumption.of(brief), new Inbox()).close();

        Waiting.until(() -> bench.toolbox().queue(brief.name()).isEmpty());
    }

    @Test
    void a_queue_can_be_purged_and_deleted() throws Exception {
        bench.declared(classic);
        bench.send(classic, "a", "b");

        assertThat(bench.toolbox().purge(classic.name())).isEqualTo(2);
        bench.toolbox().deleteQueue(classic.name());
        bench.toolbox().deleteQueue(classic.name()); // does nothing

        assertThat(bench.toolbox().queue(classic.name())).isEmpty();
    }
}
