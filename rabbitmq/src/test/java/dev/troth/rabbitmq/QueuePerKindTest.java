package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.spi.Offer;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PREPAREs through a queue per kind, and where one side only has them. */
@Timeout(60)
class QueuePerKindTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Participant review = new Address.Participant(name("review"));
    private final Arrivals arrivals = new Arrivals();

    private static RabbitTransport transport(QueueLayout layout) {
        return RabbitTransport.connect(RabbitOptions.uri(broker.uri()).queues(layout));
    }

    private Sent prepare(Transport caller, String kind) throws Exception {
        return send(caller, review, Branches.prepare(Stamped.gid(), kind));
    }

    private static String routingKey(Delivery delivery) {
        return delivery.unwrap(RabbitDelivery.class).orElseThrow().routingKey();
    }

    @Test
    void each_kind_has_a_queue_of_its_own() throws Exception {
        try (Transport participant = transport(QueueLayout.perKind());
                Transport caller = transport(QueueLayout.perKind());
                Admin admin = new Admin(broker.uri())) {
            participant.offer(new Offer(review, Set.of("new-review", "edit-review"), 8, 20), arrivals);

            assertThat(prepare(caller, "edit-review")).isEqualTo(Sent.ACCEPTED);

            Delivery delivery = arrivals.take();
            assertThat(routingKey(delivery)).isEqualTo(review + ".kind.edit-review");
            delivery.ack();
            assertThat(admin.queue("troth." + review + ".kind.edit-review")).isPresent();
            assertThat(admin.queue("troth." + review + ".kind.new-review")).isPresent();
        }
    }

    @Test
    void a_slow_kind_holds_up_no_other() throws Exception {
        try (Transport participant = transport(QueueLayout.perKind());
                Transport caller = transport(QueueLayout.perKind())) {
            participant.offer(new Offer(review, Set.of("slow", "quick"), 4, 12), arrivals);
            for (int i = 0; i < 20; i++) {
                prepare(caller, "slow");
            }
            List<Delivery> slow = arrivals.take(2); // its share of four; nobody settles them

            prepare(caller, "quick");

            assertThat(routingKey(arrivals.take())).endsWith(".kind.quick");
            assertThat(slow).allMatch(delivery -> routingKey(delivery).endsWith(".kind.slow"));
            assertThat(arrivals.waiting()).isZero();
        }
    }

    @Test
    void a_kind_that_nobody_handles_goes_to_the_participant_who_says_so() throws Exception {
        try (Transport participant = transport(QueueLayout.perKind());
                Transport caller = transport(QueueLayout.perKind())) {
            participant.offer(new Offer(review, Set.of("new-review"), 8, 20), arrivals);

            assertThat(prepare(caller, "unheard-of")).isEqualTo(Sent.ACCEPTED);

            assertThat(routingKey(arrivals.take())).isEqualTo(review.toString());
        }
    }

    @Test
    void a_kind_whose_name_no_queue_could_have_goes_to_the_participant() throws Exception {
        try (Transport participant = transport(QueueLayout.perKind());
                Transport caller = transport(QueueLayout.perKind())) {
            participant.offer(new Offer(review, Set.of("new-review"), 8, 20), arrivals);

            assertThat(prepare(caller, "é".repeat(100))).isEqualTo(Sent.ACCEPTED);

            assertThat(routingKey(arrivals.take())).isEqualTo(review.toString());
        }
    }

    @Test
    void nobody_at_the_address_is_told_at_once_for_every_kind() throws Exception {
        try (Transport caller = transport(QueueLayout.perKind())) {
            assertThat(prepare(caller, "new-review")).isEqualTo(Sent.UNROUTABLE);
        }
    }

    @Test
    void a_participant_without_queues_per_kind_takes_what_is_sent_to_them() throws Exception {
        try (Transport participant = transport(QueueLayout.perParticipant());
                Transport caller = transport(QueueLayout.perKind())) {
            participant.offer(new Offer(review, Set.of("new-review"), 8, 20), arrivals);

            assertThat(prepare(caller, "new-review")).isEqualTo(Sent.ACCEPTED);

            assertThat(routingKey(arrivals.take())).isEqualTo(review.toString());
        }
    }

    @Test
    void a_participant_with_queues_per_kind_takes_what_is_sent_to_it_without_them() throws Exception {
        try (Transport participant = transport(QueueLayout.perKind());
                Transport caller = transport(QueueLayout.perParticipant())) {
            participant.offer(new Offer(review, Set.of("new-review"), 8, 20), arrivals);

            assertThat(prepare(caller, "new-review")).isEqualTo(Sent.ACCEPTED);

            assertThat(routingKey(arrivals.take())).isEqualTo(review.toString());
        }
    }

    @Test
    void a_closed_offer_takes_nothing_of_any_kind() throws Exception {
        try (Transport participant = transport(QueueLayout.perKind());
                Transport other = transport(QueueLayout.perKind());
                Transport caller = transport(QueueLayout.perKind())) {
            Arrivals stopping = new Arrivals();
            participant
                    .offer(new Offer(review, Set.of("a", "b"), 8, 20), stopping)
                    .close();
            other.offer(new Offer(review, Set.of("a", "b"), 8, 20), arrivals);

            for (String kind : List.of("a", "b", "c")) {
                prepare(caller, kind);
            }

            arrivals.take(3);
            assertThat(stopping.waiting()).isZero();
        }
    }
}
