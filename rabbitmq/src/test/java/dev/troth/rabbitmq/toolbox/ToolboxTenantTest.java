package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.testkit.servers.RabbitServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A virtual host for each tenant. */
@Timeout(300)
class ToolboxTenantTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    @Test
    void tenants_do_not_see_each_others_queues() throws Exception {
        broker.importDefinitions("""
                {"vhosts": [{"name": "acme"}],
                 "permissions": [{"user": "%s", "vhost": "acme", "configure": ".*", "write": ".*", "read": ".*"}]}
                """.formatted(broker.user()));
        Queue queue = bench.declared(Queue.classic(bench.name()));
        Toolbox acme = bench.toolbox().tenant("acme");
        assertThat(acme.queue(queue.name())).isEmpty();

        acme.declare(queue);
        assertThat(acme.publish(OutgoingMessage.toQueue(queue.name(), "for acme"))
                        .get()
                        .confirmed())
                .isTrue();

        assertThat(bench.ready(queue)).isZero();
        assertThat(acme.peek(queue.name(), 5)).extracting(PeekedMessage::text).containsExactly("for acme");
        assertThat(bench.toolbox().tenant("acme")).isSameAs(acme);
        assertThat(acme.channels().virtualHost()).isEqualTo("acme");
        bench.toolbox().close();
        assertThatThrownBy(() -> acme.queue(queue.name())).hasMessageContaining("closed");
    }

    @Test
    void a_tenant_without_a_virtual_host_is_told_so_at_once() {
        Toolbox nobody = bench.toolbox().tenant("nobody");

        assertThatThrownBy(() -> nobody.queue("q"))
                .isInstanceOf(BorrowException.class)
                .hasMessageContaining("nobody")
                .hasMessageContaining("add_vhost")
                .hasMessageNotContaining(broker.password())
                .satisfies(e ->
                        assertThat(((BorrowException) e).waited().toSeconds()).isLessThan(9));
    }
}
