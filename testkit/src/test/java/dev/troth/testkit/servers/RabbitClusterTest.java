package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class RabbitClusterTest {
    private static final Duration ELECTED = Duration.ofSeconds(20);

    @RegisterExtension
    static final RabbitCluster rabbits = RabbitCluster.local();

    @Test
    void a_queue_outlives_its_leader() {
        rabbits.nodes().get(1).control("eval", """
                {ok, Queue} = {ok, rabbit_misc:r(<<"/">>, queue, <<"q">>)},
                rabbit_amqqueue:declare(Queue, true, false, [{<<"x-queue-type">>, longstr, <<"quorum">>}], none, <<"t">>).
                """);
        rabbits.flush();
        RabbitServer leader = rabbits.leader("q").orElseThrow();
        int port = leader.port();

        leader.kill9();
        Waiting.until(
                ELECTED,
                () -> rabbits.leader("q").filter(other -> other != leader).isPresent());
        leader.start();

        assertThat(leader.port()).isEqualTo(port);
        assertThat(leader.control("-q", "list_queues", "--no-table-headers", "name", "members"))
                .startsWith("q\t")
                .contains(rabbits.nodes().stream().map(RabbitServer::nodeName).toList());
    }

    @Test
    void every_node_is_in_the_uri_and_knows_the_administrator() {
        assertThat(rabbits.uri()).startsWith("amqp://" + rabbits.nodes().get(0).user() + ":");
        for (RabbitServer node : rabbits.nodes()) {
            assertThat(rabbits.uri()).contains("127.0.0.1:" + node.port());
            assertThat(node.control("-q", "authenticate_user", node.user(), node.password()))
                    .contains("Success");
        }
    }

    @Test
    void a_queue_that_nobody_declared_has_no_leader() {
        assertThat(rabbits.leader("nobody's")).isEmpty();
    }
}
