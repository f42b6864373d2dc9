package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.message.Envelope;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.InboxStore;
import dev.troth.testkit.DeadLetterStoreContract;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
        pool.execute("UPDATE troth_dead_letters SET state = 'DISCARDED', settled_at = 1 WHERE message_id = 'old'"
                + " AND consumer = '" + consumer() + "'");

        for (int i = 0; i < 200; i++) {
            inbox.once("m" + i, connection -> {});
        }

        assertThat(inbox.deadLetters().find("old")).isEmpty();
        assertThat(inbox.deadLetters().find("kept")).isPresent();
    }
}
