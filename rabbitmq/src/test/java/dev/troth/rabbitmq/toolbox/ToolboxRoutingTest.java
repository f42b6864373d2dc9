package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import dev.troth.rabbitmq.toolbox.Binding.Match;
import dev.troth.testkit.servers.RabbitServer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where messages go: exchanges of every type, and bindings. */
@Timeout(300)
class ToolboxRoutingTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private final Queue one = Queue.classic(bench.name());
    private final Queue two = Queue.classic(bench.name());
    private final String exchange = bench.name();

    private PublishOutcome publish(Exchange to, String key) throws Exception {
        return bench.outcome(OutgoingMessage.to(to, key, key));
    }

    @Test
    void a_direct_exchange_routes_by_the_whole_key() throws Exception {
        Exchange direct = Exchange.direct(exchange);
        bench.toolbox().declare(Binding.of(direct, one, "blog"), Binding.of(direct, two, "review"));

        assertThat(publish(direct, "blog").confirmed()).isTrue();
        assertThat(publish(direct, "blog.new").confirmed()).isFalse();

        assertThat(bench.texts(one)).containsExactly("blog");
        assertThat(bench.texts(two)).isEmpty();
    }

    @Test
    void a_fanout_exchange_copies_to_every_queue() throws Exception {
        Exchange fanout = Exchange.fanout(exchange);
        bench.toolbox().declare(Binding.of(fanout, one), Binding.of(fanout, two));

        publish(fanout, "whatever");

        assertThat(bench.texts(one)).containsExactly("whatever");
        assertThat(bench.texts(two)).containsExactly("whatever");
    }

    @Test
    void a_star_is_one_word_and_a_hash_any_number_of_words() throws Exception {
        Exchange topic = Exchange.topic(exchange);
        bench.toolbox().declare(Binding.of(topic, one, "blog.*"), Binding.of(topic, two, "blog.#"));

        for (String key : new String[] {"blog", "blog.new", "blog.new.urgent"}) {
            publish(topic, key);
        }

        assertThat(bench.texts(one)).containsExactly("blog.new");
        assertThat(bench.texts(two)).containsExactly("blog", "blog.new", "blog.new.urgent");
    }

    @Test
    void a_headers_exchange_compares_all_or_any_of_the_headers() throws Exception {
        Exchange headers = Exchange.headers(exchange);
        Map<String, Object> wanted = Map.of("format", "pdf", "pages", 7);
        bench.toolbox()
                .declare(
                        Binding.headers(headers, one, Match.ALL, wanted),
                        Binding.headers(headers, two, Match.ANY, wanted));

        bench.send(
                OutgoingMessage.to(headers, "", "both").header("format", "pdf").header("pages", 7));
        bench.send(
                OutgoingMessage.to(headers, "", "one").header("format", "pdf").header("pages", 8));

        assertThat(bench.texts(one)).containsExactly("both");
        assertThat(bench.texts(two)).containsExactly("both", "one");
    }

    @Test
    void the_default_exchange_routes_by_the_name_of_the_queue() throws Exception {
        bench.declared(one);

        publish(Exchange.DEFAULT, one.name());

        assertThat(bench.texts(one)).containsExactly(one.name());
    }

    @Test
    void an_exchange_can_be_bound_to_an_exchange() throws Exception {
        Exchange first = Exchange.topic(exchange);
        Exchange second = Exchange.fanout(bench.name());
        bench.toolbox().declare(Binding.of(first, second, "blog.#"), Binding.of(second, one));

        publish(first, "blog.new");

        assertThat(bench.texts(one)).containsExactly("blog.new");
    }

    @Test
    void what_is_unbound_is_routed_no_more() throws Exception {
        Exchange direct = Exchange.direct(exchange);
        Exchange behind = Exchange.fanout(bench.name());
        Binding toQueue = Binding.of(direct, one, "blog");
        Binding toExchange = Binding.of(direct, behind, "blog");
        bench.toolbox().declare(toQueue, toExchange, Binding.of(behind, two));
        publish(direct, "blog");

        bench.toolbox().unbind(toQueue);
        bench.toolbox().unbind(toExchange);
        bench.toolbox().unbind(toQueue); // does nothing

        assertThat(publish(direct, "blog").confirmed()).isFalse();
        assertThat(bench.ready(one)).isEqualTo(1);
        assertThat(bench.ready(two)).isEqualTo(1);
    }

    @Test
    void what_an_exchange_cannot_route_goes_to_its_alternate() throws Exception {
        Exchange rest = Exchange.fanout(bench.name());
        Exchange direct = Exchange.direct(exchange).alternate(rest);
        bench.toolbox().declare(Declarations.of(Binding.of(rest, two)).with(direct));

        assertThat(publish(direct, "nobody").confirmed()).isTrue();

        assertThat(bench.texts(two)).containsExactly("nobody");
    }

    @Test
    void an_exchange_goes_with_its_last_binding_or_by_hand() {
        Exchange brief = Exchange.fanout(exchange).transientOnly().deletedWithLastBinding();
        Exchange lasting = Exchange.direct(bench.name());
        bench.toolbox().declare(Binding.of(brief, one), Binding.of(lasting, one, "key"));
        assertThat(bench.toolbox().exchangeExists(brief.name())).isTrue();

        bench.toolbox().deleteQueue(one.name());
        bench.toolbox().deleteExchange(lasting.name());

        assertThat(bench.toolbox().exchangeExists(brief.name())).isFalse();
        assertThat(bench.toolbox().exchangeExists(lasting.name())).isFalse();
    }

    @Test
    void an_internal_exchange_takes_from_exchanges_only() throws Exception {
        Exchange internal = Exchange.fanout(exchange).internalOnly();
        Exchange door = Exchange.fanout(bench.name());
        bench.toolbox().declare(Binding.of(door, internal), Binding.of(internal, one));

        publish(door, "");

        assertThat(bench.ready(one)).isEqualTo(1);
        assertThatThrownBy(() -> publish(internal, ""))
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.code()).isEqualTo(AMQP.ACCESS_REFUSED));
        assertThat(publish(door, "again").confirmed()).isTrue();
    }

    @Test
    void declaring_twice_is_declaring_once_and_a_passive_check_changes_nothing() throws Exception {
        Declarations all = Declarations.of(Binding.of(Exchange.topic(exchange), one, "a.*"));
        assertThat(bench.toolbox().queue(one.name())).isEqualTo(Optional.empty());
        assertThat(bench.toolbox().exchangeExists(exchange)).isFalse();

        bench.toolbox().declare(all);
        bench.send(one, "a");
        bench.toolbox().declare(all);

        assertThat(bench.toolbox().queue(one.name())).contains(new QueueState(1, 0));
        assertThat(bench.toolbox().exchangeExists(exchange)).isTrue();
        assertThat(bench.toolbox().queue(two.name())).isEmpty();
    }
}
