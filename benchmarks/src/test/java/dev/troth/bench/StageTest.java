package dev.troth.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.troth.bench.contender.Setting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on real servers. */
class StageTest {

    @TempDir
    Path folder;

    /** Connects to both databases, sends six messages, and says that these were two transactions. */
    static final class Sender {
        public static void main(String[] arguments) throws Exception {
            Setting setting = Setting.read(Path.of(arguments[0]));
            for (String url : setting.databases()) {
                DriverManager.getConnection(url).close();
            }
            ConnectionFactory factory = new ConnectionFactory();
            factory.setUri(setting.broker());
            try (Connection connection = factory.newConnection();
                    Channel channel = connection.createChannel()) {
                channel.confirmSelect();
                for (int i = 0; i < 6; i++) {
                    channel.basicPublish("", "nowhere", null, new byte[0]);
                }
                channel.waitForConfirmsOrDie();
            }
            System.err.println("a warning");
            System.out.println("{\"answered\":2,\"right\":true,\"folder\":\"" + setting.folder() + "\",\"warm\":\""
                    + setting.word("warm", "") + "\",\"backlog\":\"" + setting.word("backlog", "") + "\"}");
        }
    }

    /** Does not say how many transactions there were. */
    static final class Uncounted {
        public static void main(String[] arguments) {
            System.out.println("{\"right\":true}");
        }
    }

    static final class Broken {
        public static void main(String[] arguments) {
            if (arguments.length == 1) {
                throw new IllegalStateException("broken");
            }
        }
    }

    /** Leaves a branch prepared, and says how many it has found so. */
    static final class Leaving {
        public static void main(String[] arguments) throws Exception {
            String url = Setting.read(Path.of(arguments[0])).databases().get(0);
            try (java.sql.Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                ResultSet prepared = statement.executeQuery("SELECT count(*) FROM pg_prepared_xacts");
                prepared.next();
                long found = prepared.getLong(1);
                connection.setAutoCommit(false);
                statement.execute("CREATE TABLE t (n int)");
                statement.execute("PREPARE TRANSACTION 'what''s left'");
                System.err.println("left one");
                System.out.println("{\"found\":" + found + ",\"right\":false}");
            }
        }
    }

    static final class Idle {
        public static void main(String[] arguments) {
            System.out.println("{\"transactions\":0,\"right\":true}");
        }
    }

    @Test
    void a_run_gets_servers_of_its_own_and_its_messages_are_counted() throws RunFailedException {
        PostgresServer.local().assumeAvailable();
        RabbitServer.local().assumeAvailable();
        try (Stage stage = stage()) {
            Line line = stage.play(Cell.of(new Cell.Who(Sender.class, "sender", "nothing", true), 1)
                    .at("backlog", "7"));

            assertThat(line.number("messages_per_tx")).isEqualTo(3);
            assertThat(line.text("warm")).isEqualTo("1");
            assertThat(line.text("backlog")).isEqualTo("7");
            assertThat(line.text("postgresql")).isNotEmpty();
            assertThat(line.text("rabbitmq")).isNotEmpty();
            assertThat(line.number("processors")).isPositive();
            assertThat(Path.of(line.text("folder"))).doesNotExist();
            assertThat(folder.resolve("errors")).doesNotExist();
        }
    }

    @Test
    void messages_are_divided_by_what_was_answered_and_by_nothing_else() throws RunFailedException {
        PostgresServer.local().assumeAvailable();
        RabbitServer.local().assumeAvailable();
        try (Stage stage = stage()) {
            assertThat(stage.play(Cell.of(new Cell.Who(Uncounted.class, "uncounted", "nothing", true), 1))
                            .all())
                    .doesNotContainKey("messages_per_tx");
        }
    }

    @Test
    void after_a_run_that_failed_the_next_one_can_be_played() {
        PostgresServer.local().assumeAvailable();
        try (Stage stage = stage()) {
            assertThatThrownBy(() -> stage.play(Cell.of(new Cell.Who(Broken.class, "broken", "nothing", false), 1)))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("IllegalStateException: broken")
                    .hasMessageContaining("; all that it wrote is in " + folder.resolve("errors"));
            assertThatThrownBy(() -> stage.play(Cell.of(new Cell.Who(Idle.class, "idle", "nothing", false), 1)))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageContaining("counted no transaction");
            assertThat(folder.resolve("errors")).isDirectoryContaining("glob:**/broken-*.log");
            assertThat(folder.resolve("errors")).isDirectoryContaining("glob:**/idle-*.log");
        }
    }

    @Test
    void a_run_that_leaves_a_branch_prepared_is_a_line_and_leaves_nothing_to_the_next() throws RunFailedException {
        PostgresServer.local().assumeAvailable();
        Cell leaving = Cell.of(new Cell.Who(Leaving.class, "leaving", "nothing", false), 1);
        try (Stage stage = stage()) {
            for (int run = 0; run < 2; run++) {
                Line line = stage.play(leaving);

                assertThat(line.right()).isFalse();
                assertThat(Path.of(line.text("wrote"))).content().contains("left one");
                assertThat(line.number("found")).isZero();
            }
        }
    }

    private Stage stage() {
        return new Stage(new Stage.Options(1, 2, List.of(), folder.resolve("errors")));
    }
}
