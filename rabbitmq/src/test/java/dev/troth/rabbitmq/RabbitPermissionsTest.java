package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.message.Delivery;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Offer;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.TransportException;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The accounts that docs/rabbitmq.md recommends, one per service, work, and read nothing that is meant for others. */
@Timeout(300)
class RabbitPermissionsTest {
    private static final Address.Log LOG = new Address.Log("blog");
    private static final Address.Participant REVIEW = new Address.Participant("review");
    private static final Address.Instance BLOG_INSTANCE = new Address.Instance("blog", "k3f9q2ab");
    private static final Address.Instance REVIEW_INSTANCE = new Address.Instance("review", "x7w2m4pq");

    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @Test
    void an_account_per_service_reads_its_own_queues_only() throws Exception {
        String blogs = "log\\.blog|instance\\.blog\\..*";
        String reviews = "participant\\.review|instance\\.review\\..*";
        Arrivals arrivals = new Arrivals();
        try (Transport blog = RabbitTransport.connect(account("blog", blogs));
                Transport review = RabbitTransport.connect(account("review", reviews))) {
            blog.listen(LOG, 1, arrivals);
            blog.listen(BLOG_INSTANCE, 1, arrivals);
            review.listen(REVIEW, 1, arrivals);
            review.listen(REVIEW_INSTANCE, 1, arrivals);

            send(blog, REVIEW, message("prepare"));
            assertThat(text(arrivals.take())).isEqualTo("prepare");
            send(review, BLOG_INSTANCE, message("vote"));
            assertThat(text(arrivals.take())).isEqualTo("vote");
            send(review, LOG, message("inquire"));
            arrivals.take().deadLetter("a test");

            assertThatThrownBy(() -> blog.listen(REVIEW, 1, arrivals))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("ACCESS_REFUSED");
            assertThatThrownBy(() -> review.listen(LOG, 1, arrivals))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("ACCESS_REFUSED");
        }
    }

    @Test
    void an_account_per_service_carries_events_on_its_own_names_only() throws Exception {
        Address.Subscriber subscriber = new Address.Subscriber("review");
        Feed feed = new Feed(subscriber, Set.of(new TopicPattern("blog.*")), false, 100);
        String publishes = "^troth(\\.(log\\.blog|instance\\.blog\\..*|dead-letters|events))?$";
        String blogs = broker.addUser("blog-events", "pass", publishes, publishes, "^troth(\\.(log\\.blog))?$");
        Arrivals arrivals = new Arrivals();
        try (EventTransport blog = RabbitTransport.connect(blogs);
                EventTransport review =
                        RabbitTransport.connect(account("review-events", "subscriber\\.review|events|delay\\..*"))) {
            review.subscribe(feed, 10, arrivals);

            assertThat(send(blog, new Address.Topic("blog.submitted"), message("event")))
                    .isEqualTo(Sent.ACCEPTED);
            assertThat(text(arrivals.take())).isEqualTo("event");
            Sent later = review.sendLater(subscriber, message("later"), Duration.ofMillis(1))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            assertThat(later).isEqualTo(Sent.ACCEPTED);
            assertThat(text(arrivals.take())).isEqualTo("later");

            assertThatThrownBy(() -> blog.subscribe(feed, 1, arrivals))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("ACCESS_REFUSED");
        }
    }

    @Test
    void a_delay_that_may_not_be_declared_fails_what_it_is_for_and_nothing_else() throws Exception {
        Address.Subscriber subscriber = new Address.Subscriber("hasty");
        Address.Topic topic = new Address.Topic("hasty.submitted");
        Feed feed = new Feed(subscriber, Set.of(new TopicPattern("hasty.*")), false, 1_000);
        Arrivals arrivals = new Arrivals();
        try (EventTransport hasty = RabbitTransport.connect(account("hasty", "subscriber\\.hasty|events"))) {
            hasty.subscribe(feed, 10, arrivals);
            assertThat(send(hasty, topic, message("first"))).isEqualTo(Sent.ACCEPTED);
            List<String> before = eventConnections("hasty");

            for (int i = 0; i < 20; i++) {
                CompletionStage<Sent> later =
                        hasty.sendLater(subscriber, message("later"), Duration.ofMillis(1 + i * 100));
                assertThat(send(hasty, topic, message("event"))).isEqualTo(Sent.ACCEPTED);
                assertThatThrownBy(() -> later.toCompletableFuture().get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("troth.delay.hasty.")
                        .hasMessageContaining("ACCESS_REFUSED")
                        .hasMessageContaining("Nothing was sent")
                        .hasMessageContaining("set_permissions");
            }

            assertThat(before).hasSize(1);
            assertThat(eventConnections("hasty")).isEqualTo(before);
        }
    }

    private static List<String> eventConnections(String user) {
        return broker.control("-q", "list_connections", "pid", "user", "client_properties")
                .lines()
                .filter(line -> line.contains("\t" + user + "\t") && line.contains("publish events"))
                .map(line -> line.substring(0, line.indexOf('\t')))
                .toList();
    }

    @Test
    void an_account_per_service_is_enough_for_every_layout() throws Exception {
        String blogs = "instance\\.blog\\..*|transactions|txn_.*";
        String reviews = "participant\\.review(\\.kind\\..*)?|instance\\.review\\..*|txn_.*";
        RabbitOptions blogOptions = RabbitOptions.uri(account("blog", blogs)).queues(QueueLayout.perTransaction());
        RabbitOptions reviewOptions =
                RabbitOptions.uri(account("review", reviews)).queues(QueueLayout.perKind());
        Arrivals arrivals = new Arrivals();
        try (Transport blog = RabbitTransport.connect(blogOptions);
                Transport review = RabbitTransport.connect(reviewOptions)) {
            review.offer(new Offer(REVIEW, Set.of("new-review"), 4, 12), arrivals);

            send(blog, REVIEW, Branches.prepare(Stamped.gid(), "new-review"));

            Delivery prepare = arrivals.take();
            assertThat(prepare.unwrap(RabbitDelivery.class).orElseThrow().routingKey())
                    .startsWith("txn_");
            prepare.ack();
        }
    }

    private static String account(String service, String own) {
        String write = "^troth(\\.(" + own + "|dead-letters))?$";
        String read = "^troth(\\.(" + own + "))?$";
        return broker.addUser(service, "pass", write, write, read);
    }
}
