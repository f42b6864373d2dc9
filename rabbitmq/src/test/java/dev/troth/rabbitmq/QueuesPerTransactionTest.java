package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.protocol.Gid;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of a branch's three queues, and that nothing stays of them and nothing hangs, whatever happens to whom. */
@Timeout(60)
class QueuesPerTransactionTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Participant review = new Address.Participant(name("review"));
    private final Address.Instance reviewer = instance();
    private final Arrivals prepares = new Arrivals();
    private final Arrivals others = new Arrivals();
    private final Gid gid = Stamped.gid();
    private RabbitTransport caller;
    private RabbitTransport participant;
    private Admin admin;

    @BeforeEach
    void open() throws Exception {
        admin = new Admin(broker.uri());
        caller = transport(QueueLayout.perTransaction());
        participant = transport(QueueLayout.perParticipant());
    }

    @AfterEach
    void close() {
        caller.close();
        participant.close();
        admin.close();
    }

    private static RabbitTransport transport(QueueLayout layout) {
        return RabbitTransport.connect(RabbitOptions.uri(broker.uri()).queues(layout));
    }

    private void listen() {
        participant.listen(review, 4, prepares);
        participant.listen(reviewer, 4, others);
    }

    private Delivery prepared() throws Exception {
        assertThat(send(caller, review, Branches.prepare(gid, "new-review"))).isEqualTo(Sent.ACCEPTED);
        return prepares.take();
    }

    private static String routingKey(Delivery delivery) {
        return delivery.unwrap(RabbitDelivery.class).orElseThrow().routingKey();
    }

    private void awaitNoQueues() throws Exception {
        for (String each : Branches.queues(gid)) {
            Waiting.until(() -> admin.queue(each).isEmpty());
        }
    }

    /** Whether somebody consumes the queue. */
    private boolean consumed(String queue) throws Exception {
        return admin.queue(queue).map(AMQP.Queue.DeclareOk::getConsumerCount).orElse(0) == 1;
    }

    @Test
    void three_queues_live_as_long_as_their_branch() throws Exception {
        listen();

        Delivery prepare = prepared();
        List<String> queues = Branches.queues(gid);
        assertThat(routingKey(prepare)).isEqualTo("txn_" + gid + ".0_prepare");
        assertThat(consumed(queues.get(0))).isTrue();
        assertThat(consumed(queues.get(1))).isTrue();
        assertThat(consumed(queues.get(2))).isTrue();

        prepare.ack();
        Waiting.until(() -> admin.queue(queues.get(0)).isEmpty());
        assertThat(consumed(queues.get(1))).isTrue();
        assertThat(consumed(queues.get(2))).isTrue();

        assertThat(send(caller, reviewer, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.ACCEPTED);
        Delivery commit = prepares.take();
        assertThat(routingKey(commit)).isEqualTo("txn_" + gid + ".0_commit");
        commit.ack();
        awaitNoQueues();
    }

    @Test
    void a_rollback_comes_through_its_queue_while_the_handler_runs() throws Exception {
        listen();
        Delivery prepare = prepared();

        assertThat(send(caller, review, Branches.decision(gid, "ROLLBACK"))).isEqualTo(Sent.ACCEPTED);

        Delivery rollback = prepares.take();
        assertThat(routingKey(rollback)).isEqualTo("txn_" + gid + ".0_rollback");
        rollback.ack();
        prepare.ack();
        awaitNoQueues();
    }

    @Test
    void a_branch_that_votes_no_needs_its_queues_no_longer() throws Exception {
        listen();
        Address.Instance coordinator = instance();
        caller.listen(coordinator, 1, others);
        Delivery prepare = prepared();

        send(participant, coordinator, Branches.vote(gid, "NO"));
        prepare.ack();

        awaitNoQueues();
    }

    @Test
    void nobody_at_the_address_leaves_no_queue() throws Exception {
        assertThat(send(caller, review, Branches.prepare(gid, "new-review"))).isEqualTo(Sent.UNROUTABLE);

        awaitNoQueues();
    }

    @Test
    void a_participant_that_does_not_run_leaves_no_queue_when_the_branch_is_rolled_back() throws Exception {
        listen();
        participant.close();
        send(caller, review, Branches.prepare(gid, "new-review"));
        assertThat(admin.queue(Branches.queues(gid).get(0))).isPresent();

        send(caller, review, Branches.decision(gid, "ROLLBACK"));

        awaitNoQueues();
    }

    @Test
    void a_participant_that_dies_before_its_vote_leaves_the_prepare_to_another_instance() throws Exception {
        listen();
        prepared();
        try (RabbitTransport survivor = transport(QueueLayout.perTransaction())) {
            Arrivals survived = new Arrivals();
            survivor.listen(review, 4, survived);

            participant.close();

            Delivery again = survived.take();
            assertThat(again.redelivered()).isTrue();
            assertThat(routingKey(again)).isEqualTo("txn_" + gid + ".0_prepare");
            again.ack();
            assertThat(send(caller, review, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.ACCEPTED);
            assertThat(routingKey(survived.take())).isEqualTo(review.toString());
            awaitNoQueues();
        }
    }

    @Test
    void a_decision_reaches_the_address_when_the_one_who_voted_is_gone() throws Exception {
        listen();
        prepared().ack();
        participant.close();
        awaitNoQueues();
        try (RabbitTransport restarted = transport(QueueLayout.perParticipant())) {
            restarted.listen(review, 4, others);

            assertThat(send(caller, reviewer, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.UNROUTABLE);
            assertThat(send(caller, review, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.ACCEPTED);

            assertThat(routingKey(others.take())).isEqualTo(review.toString());
        }
    }

    @Test
    void a_decision_that_is_sent_again_goes_to_the_address() throws Exception {
        listen();
        prepared().ack();
        send(caller, reviewer, Branches.decision(gid, "COMMIT"));
        assertThat(routingKey(prepares.take())).isEqualTo("txn_" + gid + ".0_commit"); // and nobody settles it

        send(caller, reviewer, Branches.decision(gid, "COMMIT"));

        Delivery again = others.take();
        assertThat(routingKey(again)).isEqualTo(reviewer.toString());
        again.ack();
        awaitNoQueues();
    }

    @Test
    void a_restarted_caller_reaches_the_participant_and_the_queues_go() throws Exception {
        listen();
        prepared().ack();
        caller.close();
        try (RabbitTransport restarted = transport(QueueLayout.perTransaction())) {
            assertThat(send(restarted, reviewer, Branches.decision(gid, "ROLLBACK")))
                    .isEqualTo(Sent.ACCEPTED);

            assertThat(routingKey(others.take())).isEqualTo(reviewer.toString());
            awaitNoQueues();
        }
    }

    @Test
    void a_branch_whose_queues_somebody_deletes_gets_its_decision_at_the_address() throws Exception {
        listen();
        prepared().ack();
        for (String each : Branches.queues(gid)) {
            admin.channel.queueDelete(each);
        }

        assertThat(send(caller, reviewer, Branches.decision(gid, "COMMIT"))).isEqualTo(Sent.ACCEPTED);

        assertThat(routingKey(others.take())).isEqualTo(reviewer.toString());
    }

    @Test
    void a_prepare_that_is_gone_holds_no_place_in_the_window() throws Exception {
        participant.listen(review, 1, prepares);
        Gid gone = Stamped.gid();
        admin.publish(review.toString(), notice(gone.toString(), "0"), new byte[0]);

        prepared().ack();

        assertThat(admin.queue(Branches.queues(gone).get(0))).isEmpty();
    }

    @Test
    void a_notice_of_no_branch_is_a_dead_letter() throws Exception {
        listen();
        admin.forgetDeadLetters();

        admin.publish(review.toString(), notice("no transaction", "0"), new byte[0]);
        admin.publish(review.toString(), notice(gid.toString(), "1000"), new byte[0]);

        assertThat(admin.deadLetters(2))
                .allMatch(letter -> Admin.header(letter, "troth-reason").contains("queues of no branch"));
    }

    private static AMQP.BasicProperties notice(String gid, String branch) {
        return new AMQP.BasicProperties.Builder()
                .type("QUEUES")
                .messageId("forged")
                .correlationId(gid)
                .contentType("text/plain")
                .expiration("30000")
                .headers(Map.of("troth-version", "1", "troth-branch", branch))
                .build();
    }

    @Test
    void one_phase_and_messages_without_an_end_have_no_queues() throws Exception {
        listen();

        send(caller, review, Branches.prepare(gid, Duration.ZERO));

        assertThat(routingKey(prepares.take())).isEqualTo(review.toString());
        awaitNoQueues();
    }

    @Test
    void a_participant_that_stops_finishes_what_it_has_and_leaves_the_rest() throws Exception {
        Subscription subscription = participant.listen(review, 4, prepares);
        Delivery inHand = prepared();
        subscription.close();
        Gid later = Stamped.gid();
        send(caller, review, Branches.prepare(later, "new-review"));
        try (RabbitTransport other = transport(QueueLayout.perParticipant())) {
            other.listen(review, 4, others);

            assertThat(routingKey(others.take())).isEqualTo("txn_" + later + ".0_prepare");
            inHand.ack();

            awaitNoQueues(); // its line ends, and with it those who wait for a decision
            assertThat(prepares.waiting()).isZero();
        }
    }
}
