package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What exists with other settings is an error that names each of them, found out over AMQP alone. */
@Timeout(300)
class ToolboxDeclarationTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private final String name = bench.name();

    private DeclarationException refused(Declarations declarations) {
        return catchThrowableOfType(
                DeclarationException.class, () -> bench.toolbox().declare(declarations));
    }

    @Test
    void every_difference_of_a_queue_is_named_with_both_values() {
        bench.declared(Queue.classic(name)
                .messageTtl(Duration.ofMinutes(5))
                .maxLength(10, Overflow.DROP_HEAD)
                .deletedWithLastConsumer());

        DeclarationException error = refused(Declarations.of(Queue.classic(name)
                .messageTtl(Duration.ofMinutes(1))
                .maxLength(10, Overflow.REJECT_PUBLISH)
                .maxPriority(5)));

        assertThat(error.code()).isEqualTo(406);
        assertThat(error.what()).contains(name).contains("'/'");
        assertThat(error.differences())
                .containsExactlyInAnyOrder(
                        new Difference("auto_delete", "false", "true"),
                        new Difference("x-message-ttl", "60000", "300000"),
                        new Difference("x-overflow", "reject-publish", "drop-head"),
                        new Difference("x-max-priority", "5", "none"));
        assertThat(error.notCompared()).isEmpty();
        assertThat(error)
                .hasMessageContaining("x-message-ttl: asked 60000, the broker has 300000")
                .hasMessageContaining("nothing was changed");
    }

    @Test
    void a_setting_that_was_not_asked_for_is_a_difference_too() {
        Exchange dead = Exchange.fanout(bench.name());
        bench.declared(Queue.quorum(name).deliveryLimit(3).deadLetterTo(dead, "key"));

        assertThat(refused(Declarations.of(Queue.quorum(name))).differences())
                .containsExactlyInAnyOrder(
                        new Difference("x-delivery-limit", "none", "3"),
                        new Difference("x-dead-letter-exchange", "none", dead.name()),
                        new Difference("x-dead-letter-routing-key", "none", "key"));
    }

    @Test
    void another_type_of_queue_is_named_and_what_could_not_be_compared_is_said() {
        bench.declared(Queue.classic(name).maxLength(5, Overflow.DROP_HEAD));

        DeclarationException error = refused(Declarations.of(
                Queue.quorum(name).maxLength(6, Overflow.DROP_HEAD).deliveryLimit(3)));

        assertThat(error.differences())
                .containsExactlyInAnyOrder(
                        new Difference("x-queue-type", "quorum", "classic"), new Difference("x-max-length", "6", "5"));
        assertThat(error.notCompared()).contains("only one of the two types").contains("management");
    }

    @Test
    void every_difference_of_an_exchange_is_named_with_both_values() {
        Exchange other = Exchange.fanout(bench.name());
        bench.toolbox().declare(Declarations.none().with(Exchange.topic(name).alternate(other)));

        DeclarationException error =
                refused(Declarations.none().with(Exchange.direct(name).transientOnly()));

        assertThat(error.differences())
                .containsExactlyInAnyOrder(
                        new Difference("type", "direct", "topic"),
                        new Difference("durable", "false", "true"),
                        new Difference("alternate-exchange", "none", other.name()));
        assertThat(error.notCompared()).isEmpty();
        bench.toolbox().deleteExchange(name);
    }

    @Test
    void an_exclusive_queue_that_is_there_and_shared_is_a_difference() {
        bench.declared(Queue.classic(name));
        Queue mine = Queue.exclusive(name);

        assertThatThrownBy(() ->
                        bench.toolbox().consume(Consumption.of(mine).declaring(Declarations.of(mine)), message -> {}))
                .isInstanceOfSatisfying(DeclarationException.class, e -> {
                    assertThat(e.differences()).containsExactly(new Difference("exclusive", "true", "false"));
                    assertThat(e.notCompared()).isNotEmpty();
                });
    }

    @Test
    void asking_what_differs_makes_nothing_when_the_queue_is_gone() {
        Queue gone = Queue.classic(name);
        ChannelPool pool = bench.open(ChannelPool.open(bench.options(), "probe"));

        Comparison queue = Probe.compare(pool, Shape.of(gone));
        Comparison quorum = Probe.compare(pool, Shape.of(Queue.quorum(name)));
        Comparison exchange = Probe.compare(pool, Shape.of(Exchange.direct(name)));

        assertThat(bench.toolbox().queue(name)).isEmpty();
        assertThat(bench.toolbox().exchangeExists(name)).isFalse();
        assertThat(queue.notCompared()).isNotEmpty();
        assertThat(quorum.notCompared()).isNotEmpty();
        assertThat(exchange.notCompared()).isNotEmpty();
    }

    @Test
    void what_comes_before_a_difference_stays_declared() {
        bench.declared(Queue.classic(name));
        Queue before = Queue.classic(bench.name());

        assertThat(refused(Declarations.of(before, Queue.quorum(name)))).isNotNull();

        assertThat(bench.toolbox().queue(before.name())).isPresent();
    }

    @Test
    void missing_rights_are_an_error_with_a_code() {
        String user = "toolbox-nobody";
        String uri = broker.addUser(user, "secret", "^$", "^$", "^$");

        try (Toolbox nobody = Toolbox.open(uri)) {
            assertThatThrownBy(() -> nobody.declare(Queue.classic(name)))
                    .isInstanceOfSatisfying(
                            ToolboxException.class, e -> assertThat(e.code()).isEqualTo(403))
                    .hasMessageContaining(name)
                    .hasMessageNotContaining("secret");
        }
    }
}
