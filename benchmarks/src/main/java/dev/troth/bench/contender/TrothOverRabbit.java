package dev.troth.bench.contender;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.rabbitmq.QueueLayout;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Troth between processes: this one has the blogs and the log, and for every database with reviews there is another. */
final class TrothOverRabbit implements Contender {
    private static final long LIMIT_SECONDS = 30;
    private static final long PAUSE_MILLIS = 10;

    private final List<String> reviews;
    private final List<ReviewProcess> processes = new ArrayList<>();
    private final HikariDataSource blogs;
    private final Troth troth;

    TrothOverRabbit(Setting setting) throws SQLException, IOException {
        reviews = setting.databases().subList(1, setting.databases().size());
        blogs = Rows.pool(setting.blogs(), setting.atOnce() + 4);
        TrothTables.of(blogs).create();
        for (int i = 1; i < setting.databases().size(); i++) {
            processes.add(ReviewProcess.start(setting, i));
        }
        for (ReviewProcess process : processes) {
            process.awaitReady();
        }
        troth = Troth.builder("bench")
                .transport(transport(setting))
                .decisions(JdbcDecisionLog.on(blogs))
                .concurrency(setting.atOnce())
                .start();
    }

    private static RabbitTransport transport(Setting setting) {
        return RabbitTransport.connect(RabbitOptions.uri(setting.broker()).queues(layout(setting)));
    }

    private static QueueLayout layout(Setting setting) {
        String layout = setting.word("layout", "per participant");
        return switch (layout) {
            case "per participant" -> QueueLayout.perParticipant();
            case "per kind" -> QueueLayout.perKind();
            case "per transaction" -> QueueLayout.perTransaction();
            default -> throw new IllegalArgumentException("There is no layout '" + layout + "'");
        };
    }

    /** The other process, for the database of that number. */
    static Troth reviews(Setting setting, int number, HikariDataSource pool) {
        return Troth.builder("bench-reviews-" + number)
                .transport(transport(setting))
                .participant(Participant.named(participant(number))
                        .on(PostgresBranches.of(pool))
                        .concurrency(setting.atOnce())
                        .handle(
                                NewReview.class,
                                (review, branch) -> Rows.review(branch.connection(), review.blog(), review.content())))
                .start();
    }

    private static String participant(int number) {
        return "reviews" + number;
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException {
        troth.transact("write-blog", tx -> {
            for (int number = 1; number <= processes.size(); number++) {
                CompletableFuture<Void> unused = tx.enlist(participant(number), new NewReview(id, content));
            }
            Rows.blog(tx.connection(), title, content);
            return id;
        });
    }

    /** A caller is answered when the decision is on disk; the branches follow. */
    @Override
    public void drain() throws SQLException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        for (String url : reviews) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                while (prepared(statement) && System.nanoTime() < limit) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        }
    }

    private static boolean prepared(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(
                "SELECT EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    @Override
    public void close() throws IOException {
        troth.close();
        blogs.close();
        for (ReviewProcess process : processes) {
            process.close();
        }
    }
}
