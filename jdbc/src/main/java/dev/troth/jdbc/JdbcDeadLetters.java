package dev.troth.jdbc;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.jdbc.Database.Task;
import dev.troth.spi.DeadLetterStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The dead letters of one consumer in a database. */
final class JdbcDeadLetters implements DeadLetterStore {
    private final Database database;
    private final String consumer;
    private final DeadLetterTable table;
    private final DeadLetterQueries queries;

    JdbcDeadLetters(Database database, String consumer) {
        this.database = database;
        this.consumer = consumer;
        this.table = new DeadLetterTable(database.dialect());
        this.queries = new DeadLetterQueries(database.dialect());
    }

    @Override
    public Instant now() {
        return database.each(reading(), queries::now);
    }

    @Override
    public List<DeadLetterGroup> groups() {
        return database.each(reading(), connection -> queries.groups(connection, consumer));
    }

    @Override
    public List<DeadLetterSummary> list(DeadLetterFilter filter, int limit) {
        DeadLetterCondition condition = DeadLetterCondition.newestFirst(consumer, filter);
        return database.each(reading(), connection -> queries.list(connection, condition, limit));
    }

    @Override
    public List<DeadLetterSummary> next(DeadLetterFilter filter, Optional<DeadLetterSummary> after, int limit) {
        DeadLetterCondition condition = DeadLetterCondition.oldestFirst(consumer, filter, after);
        return database.each(reading(), connection -> queries.list(connection, condition, limit));
    }

    @Override
    public Optional<DeadLetterDetails> find(String messageId) {
        return database.each(reading(), connection -> queries.find(connection, consumer, messageId));
    }

    @Override
    public Marked replayed(Step step) {
        Task task = task(
                "mark dead letter '" + step.messageId() + "' as replayed",
                "It was sent; if it is still kept, replay it again: what has been applied is not applied twice.");
        return database.together(task, connection -> {
            if (table.settle(connection, consumer, step, DeadLetterState.REPLAYED)) {
                return Marked.DONE;
            }
            return table.countReplay(connection, consumer, step) ? Marked.STILL_KEPT : Marked.NOT_KEPT;
        });
    }

    @Override
    public boolean discarded(Step step) {
        Task task = task(
                "discard dead letter '" + step.messageId() + "'",
                "It is discarded or still kept: look, and discard it again if it is.");
        return database.together(
                task, connection -> table.settle(connection, consumer, step, DeadLetterState.DISCARDED));
    }

    @Override
    public boolean edited(Step step, byte[] newBody) {
        Task task = task(
                "change the body of dead letter '" + step.messageId() + "'",
                "It was not sent and is still kept, with the old body or the new one: look.");
        return database.together(task, connection -> table.edit(connection, consumer, step, newBody));
    }

    @Override
    public int purge(Duration settledFor, int limit) {
        Task task = task("delete old dead letters that are settled", "It is tried again by itself.");
        return database.together(task, connection -> {
            int deleted = 0;
            for (String id : queries.purgeable(connection, consumer, settledFor.toMillis(), limit)) {
                deleted += table.delete(connection, consumer, id, settledFor.toMillis()) ? 1 : 0;
            }
            return deleted;
        });
    }

    private Task reading() {
        return task("read dead letters", "Nothing was changed.");
    }

    private Task task(String what, String then) {
        return new Task(what + " of consumer '" + consumer + "'", then);
    }
}
