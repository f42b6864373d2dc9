package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.protocol.Gid;
import dev.troth.spi.Transport.Sent;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** kill -9 of a participant's process and of the broker in the middle of a branch: no queue stays behind, and no decision is lost. */
@Timeout(120)
class QueuesPerTransactionKillTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Participant review = new Address.Participant(name("review"));
    private final Gid gid = Stamped.gid();
    private RabbitTransport caller;

    @BeforeEach
    void open() {
        caller = RabbitTransport.connect(RabbitOptions.uri(broker.uri()).queues(QueueLayout.perTransaction()));
    }

    @AfterEach
    void close() {
        caller.close();
    }

    /** A process that has taken a PREPARE, and is killed then. */
    private void takenAndKilled(String settles, Duration timeToLive) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParticipantProcess.class.getName(),
                        broker.uri(),
                        review.name(),
                        settles)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            await(said, "listening");
            assertThat(send(caller, review, Branches.prepare(gid, timeToLive))).isEqualTo(Sent.ACCEPTED);
            await(said, ParticipantProcess.TAKEN);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void await(BufferedReader said, String line) throws IOException {
        for (String next = said.readLine(); !line.equals(next); next = said.readLine()) {
            assertThat(next).as("the process ended before it said '%s'", line).isNotNull();
        }
    }

    @Test
    void a_participant_killed_before_its_vote_leaves_no_queue_once_the_branch_is_rolled_back() throws Exception {
        takenAndKilled("settles nothing", Duration.ofSeconds(60));

        assertThat(send(caller, review, Branches.decision(gid, "ROLLBACK"))).isEqualTo(Sent.ACCEPTED);

        Branches.awaitNoQueues(broker, gid);
    }

    @Test
    void a_participant_killed_before_its_vote_leaves_no_queue_though_its_caller_is_gone_too() throws Exception {
        takenAndKilled("settles nothing", Duration.ofSeconds(3));
        caller.close();

        Branches.awaitNoQueues(broker, gid);
    }

    @Test
    void a_participant_killed_after_its_vote_leaves_no_queue_and_its_decision_at_the_shared_address() throws Exception {
        takenAndKilled("settles", Duration.ofSeconds(60));
        Branches.awaitNoQueues(broker, gid);

        assertThat(send(caller, review, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.ACCEPTED);

        Arrivals arrivals = new Arrivals();
        try (RabbitTransport restarted = RabbitTransport.connect(broker.uri())) {
            restarted.listen(review, 4, arrivals);
            assertThat(arrivals.take().envelope().type()).isEqualTo("COMMIT");
        }
    }

    @Test
    void a_broker_killed_after_the_vote_forgets_the_queues_and_the_decision_goes_to_the_instance() throws Exception {
        Address.Instance reviewer = instance();
        Arrivals prepares = new Arrivals();
        Arrivals decisions = new Arrivals();
        try (RabbitTransport participant = RabbitTransport.connect(broker.uri())) {
            participant.listen(review, 4, prepares);
            participant.listen(reviewer, 4, decisions);
            send(caller, review, Branches.prepare(gid, Duration.ofSeconds(5)));
            prepares.take().ack();

            broker.flush();
            broker.kill9();
            broker.start();
            Waiting.until(() -> participant.connected() && caller.connected());

            assertThat(send(caller, reviewer, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.ACCEPTED);
            Delivery decision = decisions.take();
            assertThat(decision.envelope().type()).isEqualTo("COMMIT");
            decision.ack();
            Branches.awaitNoQueues(broker, gid);
        }
    }
}
