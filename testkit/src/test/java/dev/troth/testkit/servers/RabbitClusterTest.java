package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(300)
class RabbitClusterTest {
    private static final Duration ELECTED = Duration.ofSeconds(60);

    @RegisterExtension
    static final RabbitCluster rabbits = RabbitCluster.local();

    @Test
    void a_queue_outlives_its_leader() {
        rabbits.nodes().get(1).control("eval", """
                {ok, Queue} = {ok, rabbit_misc:r(<<"/">>, queue, <<"q">>)},
                rabbit_amqqueue:declare(Queue, true, false, [{<<"x-queue-type">>, longstr, <<"quorum">>}], none, <<"t">>).
                """);
        rabbits.flush();
        RabbitServer leader = elected(any -> true);
        int port = leader.port();

        leader.kill9();
        elected(other -> other != leader);
        leader.start();

        assertThat(leader.port()).isEqualTo(port);
        Waiting.until(ELECTED, () -> everybodyIsAMember(leader));
    }

    /** The queue's leader, as soon as there is such a one. */
    private static RabbitServer elected(Predicate<RabbitServer> wanted) {
        CompletableFuture<RabbitServer> found = new CompletableFuture<>();
        Waiting.until(ELECTED, () -> {
            rabbits.leader("q").filter(wanted).ifPresent(found::complete);
            return found.isDone();
        });
        return found.join();
    }

    private static boolean everybodyIsAMember(RabbitServer asked) {
        String listed = asked.control("-q", "list_queues", "--no-table-headers", "name", "members");
        return listed.startsWith("q\t")
                && rabbits.nodes().stream().map(RabbitServer::nodeName).allMatch(listed::contains);
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
