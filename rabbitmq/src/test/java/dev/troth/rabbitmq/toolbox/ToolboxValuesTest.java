package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the broker would refuse, or take and ignore, is refused when it is written down, with the reason. */
class ToolboxValuesTest {
    private final Queue quorum = Queue.quorum("orders");
    private final Queue classic = Queue.classic("orders");
    private final Exchange dead = Exchange.fanout("dead");

    private static void refused(ThrowingCallable making, String... reason) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(reason);
    }

    @Test
    void a_quorum_queue_is_durable_shared_and_stays() {
        refused(() -> new Queue("orders", true, true, false, quorum.arguments()), "orders", "exclusive");
        refused(quorum::transientOnly, "not durable");
        refused(quorum::deletedWithLastConsumer, "last consumer");
    }

    @Test
    void a_quorum_queue_has_no_priorities() {
        refused(() -> quorum.maxPriority(5), "priorities", "x-max-priority");
    }

    @Test
    void a_quorum_queue_cannot_dead_letter_what_it_rejects() {
        refused(() -> quorum.deadLetterTo(dead).maxLength(1, Overflow.REJECT_PUBLISH_DLX), "reject-publish-dlx");
    }

    @Test
    void only_quorum_queues_count_deliveries_and_dead_letter_at_least_once() {
        refused(() -> classic.deliveryLimit(3), "delivery limit");
        refused(() -> classic.deadLetterTo(dead).deadLetterAtLeastOnce(), "strategy");
    }

    @Test
    void dead_lettering_at_least_once_needs_an_exchange_and_rejects_what_is_too_much() {
        refused(quorum::deadLetterAtLeastOnce, "deadLetterTo");
        refused(
                () -> quorum.deadLetterTo(dead).maxLength(5, Overflow.DROP_HEAD).deadLetterAtLeastOnce(),
                "drop-head",
                "reject-publish");
        assertThat(quorum.deadLetterTo(dead).deadLetterAtLeastOnce().arguments())
                .containsEntry("x-dead-letter-strategy", "at-least-once")
                .containsEntry("x-overflow", "reject-publish");
    }

    @Test
    void both_limits_of_a_queue_have_one_overflow() {
        refused(
                () -> classic.maxLength(5, Overflow.DROP_HEAD).maxLengthBytes(5, Overflow.REJECT_PUBLISH),
                "drop-head",
                "reject-publish");
        refused(() -> classic.maxLength(5, Overflow.REJECT_PUBLISH_DLX), "no dead-letter exchange");
    }

    @Test
    void numbers_and_times_have_bounds() {
        refused(() -> classic.maxPriority(256), "between 1 and 255: 256");
        refused(() -> classic.maxPriority(0), "maxPriority");
        refused(() -> classic.messageTtl(Duration.ofDays(4_000)), "messageTtl", "PT96000H");
        refused(() -> classic.expiresUnused(Duration.ZERO), "expiresUnused");
        refused(() -> classic.maxLength(-1, Overflow.DROP_HEAD), "-1");
        refused(() -> OutgoingMessage.toQueue("q", "").priority(256), "256");
        refused(() -> OutgoingMessage.toQueue("q", "").expiration(Duration.ofMillis(-1)), "expiration");
        refused(() -> Consumption.of("q").prefetch(70_000), "70000");
    }

    @Test
    void names_are_those_that_the_broker_takes() {
        refused(() -> Queue.classic(""), "needs a name");
        refused(() -> Queue.classic("amq.mine"), "amq.");
        refused(() -> Queue.classic("ü".repeat(128)), "255 bytes", "256");
        refused(() -> Exchange.direct("a\nb"), "control characters");
        refused(() -> new Exchange("", Exchange.Type.FANOUT, true, false, false, Map.of()), "Exchange.DEFAULT");
    }

    @Test
    void an_exclusive_queue_is_not_durable() {
        refused(() -> new Queue("mine", true, true, false, Map.of()), "exclusive and durable");
    }

    @Test
    void a_binding_says_nothing_that_its_exchange_ignores() {
        refused(() -> Binding.of(Exchange.fanout("f"), classic, "key"), "fanout", "key");
        refused(() -> Binding.of(Exchange.headers("h"), classic, ""), "without headers");
        refused(() -> Binding.of(Exchange.topic("t"), classic, "blog.new*"), "new*", "whole words");
        refused(() -> Binding.of(Exchange.DEFAULT, classic, "orders"), "default exchange");
        refused(() -> Binding.headers(Exchange.headers("h"), classic, Binding.Match.ALL, Map.of("x-a", 1)), "x-");
        refused(() -> Binding.headers(Exchange.direct("d"), classic, Binding.Match.ALL, Map.of("a", 1)), "headers");
    }

    @Test
    void headers_have_types_that_amqp_knows_and_fit_a_frame() {
        refused(() -> OutgoingMessage.toQueue("q", "").header("h", new Object()), "no type", "java.lang.Object");
        refused(() -> OutgoingMessage.toQueue("q", "").header("h", "x".repeat(70_000)), "65536");
        refused(() -> OutgoingMessage.toQueue("q", "").header("troth-send", 1L), "troth-send");
    }

    @Test
    void what_lists_and_maps_contain_has_types_that_amqp_knows_too() {
        OutgoingMessage message = OutgoingMessage.toQueue("q", "");
        List<Object> endless = new ArrayList<>();
        endless.add(endless);

        refused(() -> message.header("tags", List.of("a", LocalDate.EPOCH)), "no type", "'tags[1]'", "LocalDate");
        refused(() -> message.header("m", Map.of("a", List.of(Map.of("b", new Object())))), "'m.a[0].b'", "Object");
        refused(() -> message.header("tags", Arrays.asList("a", null)), "no type", "'tags[1]'", "null");
        refused(() -> message.header("m", Map.of(1, "a")), "names of text", "'m'", "java.lang.Integer");
        refused(() -> message.header("m", Map.of("x".repeat(256), "a")), "header name", "255 bytes");
        refused(() -> message.header("big", List.of(new byte[70_000])), "65536");
        refused(() -> message.header("endless", endless), "32 levels");
        refused(() -> Binding.headers(Exchange.headers("h"), classic, Binding.Match.ALL, Map.of("a", endless)), "32");
    }

    @Test
    void decimals_fit_those_of_amqp() {
        OutgoingMessage message = OutgoingMessage.toQueue("q", "");

        refused(() -> message.header("d", new BigDecimal("12345678901.5")), "'d'", "decimals", "scale 1");
        refused(() -> message.header("d", List.of(new BigDecimal("1E+3"))), "'d[0]'", "scale -3");
        assertThat(message.header("d", new BigDecimal("12.50")).headers()).containsEntry("d", new BigDecimal("12.50"));
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // the client library has no other type for a time
    void a_header_is_as_it_was_when_it_was_set() {
        List<Object> tags = new ArrayList<>(List.of("a"));
        Map<String, Object> map = new HashMap<>(Map.of("tags", tags));
        byte[] bytes = {1};
        Date date = new Date(0);
        OutgoingMessage message = OutgoingMessage.toQueue("q", "")
                .header("map", map)
                .header("bytes", bytes)
                .header("date", date);

        tags.add(new Object());
        map.put("more", new Object());
        bytes[0] = 2;
        date.setTime(1_000);

        assertThat(message.headers())
                .containsEntry("map", Map.of("tags", List.of("a")))
                .containsEntry("bytes", new byte[] {1})
                .containsEntry("date", new Date(0));
    }

    @Test
    void one_name_is_declared_in_one_way() {
        refused(() -> Declarations.of(classic, quorum), "declared twice", "classic", "quorum");
        assertThat(Declarations.of(classic, classic).queues()).containsExactly(classic);
    }

    @Test
    void what_cannot_be_rejected_is_not_promised() {
        refused(() -> Consumption.of("q").automaticAck().rejectFailed(), "forgotten");
    }

    @Test
    void values_are_changed_by_copying() {
        Queue limited = classic.maxLength(5, Overflow.DROP_HEAD);

        assertThat(classic.arguments()).doesNotContainKey("x-max-length");
        assertThat(limited).isEqualTo(Queue.classic("orders").maxLength(5, Overflow.DROP_HEAD));
        assertThatThrownBy(() -> limited.arguments().put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void no_password_is_shown() {
        ToolboxOptions options = ToolboxOptions.uri("amqp://u:secret@h/v").management("http://u:secret@h:15672");

        assertThat(options.toString() + options.management()).doesNotContain("secret");
        assertThatThrownBy(() -> ToolboxOptions.uri("amqp://u:secret@h:port"))
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> options.management("htp://u:secret@h"))
                .message()
                .doesNotContain("secret");
    }
}
