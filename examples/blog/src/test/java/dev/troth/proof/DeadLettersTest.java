package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.admin.DeadLetterChangedException;
import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.admin.DeadLetterVerb;
import dev.troth.admin.DeadLetters;
import dev.troth.admin.ReplayReport;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Incoming;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.StoreException;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a subscriber cannot apply, over RabbitMQ and PostgreSQL, and what an operator does with it: the lines of docs/dead-letters.md. */
@Timeout(180)
class DeadLettersTest {
    @RegisterExtension
    static final PostgresServer server = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private static final AtomicInteger TESTS = new AtomicInteger();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String prefix = "letters" + TESTS.incrementAndGet();
    private HikariDataSource database;
    private Troth troth;
    private volatile boolean broken = true;

    @Kind("blog.submitted")
    record BlogSubmitted(String author) {}

    @BeforeEach
    void open() {
        database = opened(Pools.pool(server.freshDatabase(), 12));
        TrothTables.of(database).create();
        Pools.execute(database, "CREATE TABLE applied (subscriber text, author text, message text, traceparent text)");
        troth = opened(Troth.builder("blog")
                .transport(
                        RabbitTransport.connect(RabbitOptions.uri(rabbit.uri()).prefix(prefix)))
                .decisions(JdbcDecisionLog.on(database))
                .outbox(Outbox.on(database))
                .subscriber(subscriber("notes"))
                .subscriber(subscriber("search"))
                .start());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private Subscriber subscriber(String name) {
        return Subscriber.named(name)
                .on(Inbox.on(database))
                .retry(Retry.immediately(2))
                .handle(BlogSubmitted.class, (blog, incoming) -> {
                    apply(name, blog, incoming);
                    if (name.equals("notes") && (broken || blog.author().equals("nobody"))) {
                        throw new IllegalStateException("no such author: " + blog.author());
                    }
                });
    }

    private static void apply(String subscriber, BlogSubmitted blog, Incoming incoming) throws SQLException {
        try (PreparedStatement insert =
                incoming.connection().prepareStatement("INSERT INTO applied VALUES (?, ?, ?, ?)")) {
            insert.setString(1, subscriber);
            insert.setString(2, blog.author());
            insert.setString(3, incoming.id());
            insert.setString(4, incoming.header("cloudEvents_source"));
            insert.executeUpdate();
        }
    }

    private void publish(String author) throws SQLException {
        troth.transact("submit", tx -> {
            tx.publish(author, new BlogSubmitted(author));
            return author;
        });
    }

    private long applied(String subscriber) {
        return Pools.count(database, "SELECT count(*) FROM applied WHERE subscriber = '" + subscriber + "'");
    }

    /** The one that is kept when so many are. */
    private String kept(int count) throws Exception {
        DeadLetters letters = troth.deadLetters("notes");
        Waiting.until(() -> letters.list(DeadLetterFilter.kept(), 100).size() == count);
        return letters.list(DeadLetterFilter.kept(), 1).get(0).messageId();
    }

    @Test
    void a_letter_is_found_and_replayed_when_the_fault_is_mended_and_applied_once_and_by_nobody_else()
            throws Exception {
        publish("ann");
        String messageId = kept(1);
        Waiting.until(() -> applied("search") == 1);

        // snippet
        DeadLetters letters = troth.deadLetters("notes");
        List<DeadLetterGroup> groups = letters.groups(); // by kind and class of failure: how many, since when
        List<DeadLetterSummary> newest =
                letters.list(DeadLetterFilter.of(groups.get(0)).withText("no such author"), 20);
        Optional<DeadLetterDetails> letter = letters.show(newest.get(0).messageId());
        // end
        assertThat(groups.get(0).letters()).isEqualTo(1);
        assertThat(letter.orElseThrow().letter().messageId()).isEqualTo(messageId);
        assertThat(letter.orElseThrow().text()).contains("{\"author\":\"ann\"}");
        assertThat(letter.orElseThrow().stack()).contains("DeadLettersTest");

        broken = false;
        // snippet
        letters.replay(messageId, "ann@night-shift");
        // end

        Waiting.until(() -> applied("notes") == 1);
        assertThat(applied("search")).isEqualTo(1);
        assertThat(Pools.count(database, "SELECT count(DISTINCT (message, traceparent)) FROM applied"))
                .isEqualTo(1);
        assertThatThrownBy(() -> letters.replay(messageId, "bob"))
                .isInstanceOf(DeadLetterChangedException.class)
                .hasMessageContaining("REPLAYED by ann@night-shift");
    }

    @Test
    void a_letter_whose_body_is_wrong_is_mended_and_one_that_nobody_needs_is_discarded() throws Exception {
        broken = false;
        publish("nobody");
        String messageId = kept(1);
        DeadLetters letters = troth.deadLetters("notes");

        // snippet
        byte[] mended = "{\"author\":\"ann\"}".getBytes(StandardCharsets.UTF_8);
        letters.editAndReplay(messageId, mended, "ann@night-shift");
        // end

        Waiting.until(() -> applied("notes") == 1);
        assertThat(Pools.count(database, "SELECT count(*) FROM applied WHERE subscriber = 'notes' AND author = 'ann'"))
                .isEqualTo(1);
        publish("nobody");
        String unneeded = kept(1);
        // snippet
        letters.discard(unneeded, "ann@night-shift", "a test of the shop's, see ticket 4711");
        // end
        assertThat(letters.show(unneeded).orElseThrow().letter().state()).isEqualTo(DeadLetterState.DISCARDED);
        assertThat(letters.show(messageId).orElseThrow().history())
                .extracting(entry -> entry.verb())
                .containsExactly(DeadLetterVerb.EDITED, DeadLetterVerb.REPLAYED);
        assertThat(letters.groups()).isEmpty();
    }

    @Test
    void a_crash_between_the_send_and_its_mark_sends_twice_and_applies_once() throws Exception {
        publish("ann");
        String messageId = kept(1);
        broken = false;
        DeadLetters letters = troth.deadLetters("notes");
        Pools.execute(
                database,
                "CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION 'the service dies here'; END $$",
                "CREATE TRIGGER dies BEFORE UPDATE ON troth_dead_letters FOR EACH ROW EXECUTE FUNCTION dies()");

        assertThatThrownBy(() -> letters.replay(messageId, "ann"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("It was sent");
        Waiting.until(() -> applied("notes") == 1);
        assertThat(letters.show(messageId).orElseThrow().letter().state()).isEqualTo(DeadLetterState.KEPT);
        Pools.execute(database, "DROP TRIGGER dies ON troth_dead_letters");
        letters.replay(messageId, "ann");

        Waiting.until(() -> troth.health().subscribers().get("notes").counts().get("duplicates") == 1);
        assertThat(applied("notes")).isEqualTo(1);
        assertThat(letters.show(messageId).orElseThrow().letter().state()).isEqualTo(DeadLetterState.REPLAYED);
    }

    @Test
    void all_of_a_group_are_replayed_at_the_speed_that_the_subscriber_stands() throws Exception {
        for (int i = 0; i < 25; i++) {
            publish("author" + i);
        }
        String unused = kept(25);
        broken = false;
        DeadLetters letters = troth.deadLetters("notes");
        List<String> lines = new ArrayList<>();

        // snippet
        DeadLetterGroup largest = letters.groups().get(0);
        ReplayReport report = letters.replayAll(DeadLetterFilter.of(largest), 50, "ann@night-shift", soFar -> {
            lines.add(soFar.replayed() + " of " + largest.letters());
            return !Thread.currentThread().isInterrupted(); // false ends it
        });
        // end

        assertThat(report).isEqualTo(new ReplayReport(25, 0, Optional.empty()));
        assertThat(lines).hasSize(25).endsWith("25 of 25");
        Waiting.until(() -> applied("notes") == 25);
        assertThat(letters.groups()).isEmpty();
    }
}
