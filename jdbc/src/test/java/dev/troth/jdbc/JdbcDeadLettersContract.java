package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterState;
import dev.troth.message.Envelope;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.InboxStore;
import dev.troth.testkit.DeadLetterStoreContract;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What the dead letters in every database promise besides. One database serves all tests of a class. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class JdbcDeadLettersContract extends DeadLetterStoreContract {
    private Pool pool;

    /** A pool of at least 4 connections to an empty database. */
    abstract Pool freshPool();

    Pool pool() {
        return pool;
    }

    @BeforeAll
    void tables() {
        pool = freshPool();
        TrothTables.of(pool.source()).create();
    }

    @Override
    protected InboxStore open() {
        return Inbox.on(pool.source());
    }

    @AfterEach
    void every_connection_is_back() {
        assertThat(pool.lent()).isZero();
    }

    @AfterAll
    void close() {
        pool.close();
    }

    static DeadLetter letter(String id) {
        Envelope envelope =
                new Envelope("EVENT", id, "c", "application/json", Duration.ZERO, true, Map.of(), new byte[] {1});
        return new DeadLetter("blog", "ann", envelope, 1, new DeadLetter.Failure("A", "no", ""));
    }

    private void settleLongAgo(String id) {
        pool.execute("UPDATE troth_dead_letters SET state = 'DISCARDED', settled_at = 1 WHERE message_id = '" + id
                + "' AND consumer = '" + consumer() + "'");
    }

    @Test
    void the_id_of_a_letter_that_is_kept_is_not_forgotten() throws Exception {
        Inbox inbox = Inbox.on(pool.source()).named(consumer()).withRetention(Duration.ofMillis(1));
        inbox.once("m1", connection -> {});
        inbox.once("m2", connection -> {});
        inbox.keep(letter("m1"));

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (inbox.purge(10) == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
        }

        assertThat(inbox.once("m1", connection -> {})).isFalse();
        assertThat(inbox.once("m2", connection -> {})).isTrue();
    }

    @Test
    void settled_letters_go_as_messages_are_applied() throws Exception {
        Inbox inbox = Inbox.on(pool.source()).named(consumer());
        inbox.keep(letter("old"));
        inbox.keep(letter("kept"));
        settleLongAgo("old");

        for (int i = 0; i < 200; i++) {
            inbox.once("m" + i, connection -> {});
        }

        assertThat(inbox.deadLetters().find("old")).isEmpty();
        assertThat(inbox.deadLetters().find("kept")).isPresent();
    }

    @Test
    void a_letter_that_is_purged_while_its_message_fails_again_is_kept_anew() {
        Inbox inbox = Inbox.on(pool.source()).named(consumer());
        inbox.keep(letter("m1"));
        settleLongAgo("m1");
        AtomicInteger purged = new AtomicInteger();
        DataSource late =
                purgingBeforeUpdates(() -> purged.addAndGet(inbox.deadLetters().purge(Duration.ofDays(1), 10)));

        Inbox.on(late).named(consumer()).keep(letter("m1"));

        DeadLetterDetails found = inbox.deadLetters().find("m1").orElseThrow();
        assertThat(purged).hasValue(1);
        assertThat(found.letter().state()).isEqualTo(DeadLetterState.KEPT);
        assertThat(found.history()).isEmpty();
    }

    /** A purge has the worst moment: the letter was there when it was looked at, and is gone when it is changed. */
    private DataSource purgingBeforeUpdates(Runnable purge) {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = method.invoke(pool.source(), arguments);
            return result instanceof Connection connection ? purgingBeforeUpdates(connection, purge) : result;
        });
    }

    private static Connection purgingBeforeUpdates(Connection connection, Runnable purge) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("prepareStatement") && ((String) arguments[0]).startsWith("UPDATE")) {
                purge.run();
            }
            return method.invoke(connection, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
