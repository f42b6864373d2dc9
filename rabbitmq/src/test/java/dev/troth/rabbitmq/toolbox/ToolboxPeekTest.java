package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.rabbitmq.toolbox.Bench.Inbox;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking into a queue, and the traces that this leaves. */
@Timeout(300)
class ToolboxPeekTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void peeking_shows_messages_and_leaves_them_in_their_order(String type) throws Exception {
        Queue queue = bench.declared(type.equals("quorum") ? Queue.quorum(bench.name()) : Queue.classic(bench.name()));
        bench.send(OutgoingMessage.toQueue(queue.name(), "a")
                .type("order")
                .messageId("1")
                .header("who", "me"));
        bench.send(queue, "b", "c");

        List<PeekedMessage> seen = bench.toolbox().peek(queue.name(), 2);

        assertThat(seen).extracting(PeekedMessage::text).containsExactly("a", "b");
        assertThat(seen.get(0).delivery().properties().getType()).isEqualTo("order");
        assertThat(seen.get(0).headers()).containsEntry("who", "me");
        assertThat(seen.get(0).delivery().redelivered()).isFalse();
        Inbox inbox = new Inbox();
        bench.open(bench.toolbox().consume(Consumption.of(queue), inbox));
        assertThat(List.of(inbox.text(), inbox.text(), inbox.text())).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void what_was_peeked_at_is_marked_as_redelivered() throws Exception {
        Queue queue = bench.declared(Queue.classic(bench.name()));
        bench.send(queue, "a", "b");

        bench.toolbox().peek(queue.name(), 1);

        assertThat(bench.toolbox().peek(queue.name(), 5))
                .extracting(PeekedMessage::text)
                .containsExactly("a", "b");
        assertThat(bench.toolbox().peek(queue.name(), 5).get(0).delivery().redelivered())
                .isTrue();
    }

    @Test
    void peeking_counts_as_a_delivery_in_a_quorum_queue() throws Exception {
        Queue queue = bench.declared(Queue.quorum(bench.name()).deliveryLimit(1));
        bench.send(queue, "a");

        assertThat(bench.texts(queue)).containsExactly("a");
        assertThat(bench.texts(queue)).containsExactly("a");

        assertThat(bench.texts(queue)).isEmpty(); // dropped: there is no dead-letter exchange
    }

    @Test
    void peeking_leaves_no_channel_and_is_bounded() throws Exception {
        Queue queue = bench.declared(Queue.classic(bench.name()));
        bench.send(queue, "a");

        for (int i = 0; i < 10; i++) {
            bench.toolbox().peek(queue.name(), 1);
        }

        assertThat(bench.toolbox().channels().state().inUse()).isZero();
        Waiting.until(() -> bench.toolbox().channels().state().channels() <= 1);
        assertThatThrownBy(() -> bench.toolbox().peek(queue.name(), 1_001)).hasMessageContaining("1001");
        assertThatThrownBy(() -> bench.toolbox().peek(bench.name(), 1))
                .isInstanceOfSatisfying(
                        ToolboxException.class, e -> assertThat(e.code()).isEqualTo(404));
    }
}
