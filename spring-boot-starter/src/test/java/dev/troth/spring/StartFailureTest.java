package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A service that cannot start says why, and the line to add, where its developer looks. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {
    @RegisterExtension
    static final PostgresServer noSlots = PostgresServer.local().maxPreparedTransactions(0);

    private static void fails(Class<?> config, String... properties) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Services.Plain.class, config)
                        .web(WebApplicationType.NONE)
                        .run(properties)
                        .close())
                .isInstanceOf(Exception.class);
    }

    private static void fails(String... properties) {
        fails(Services.Plain.class, properties);
    }

    @Test
    void a_service_without_a_data_source(CapturedOutput output) {
        fails("--spring.application.name=blog", "--troth.transport=in-process", "--" + Services.NO_DATA_SOURCE);

        assertThat(output)
                .contains("Service 'blog' has no data source, so it could neither keep decisions nor")
                .contains("Add spring-boot-starter-jdbc, a driver and spring.datasource.url=…");
    }

    @Test
    void a_service_without_a_name(CapturedOutput output) {
        fails("--spring.datasource.url=jdbc:h2:mem:nameless", "--troth.transport=in-process", "--troth.tables=create");

        assertThat(output)
                .contains("This service has no name")
                .contains("Add spring.application.name=… or troth.service=… to application.properties.");
    }

    @Test
    void a_property_out_of_its_range(CapturedOutput output) {
        fails(
                "--spring.application.name=blog",
                "--spring.datasource.url=jdbc:h2:mem:ranges",
                "--troth.transport=in-process",
                "--troth.patience=1h");

        assertThat(output)
                .contains("Property: troth.patience")
                .contains("Value: \"PT1H\"")
                .contains("troth.patience is between 10ms and 1m");
    }

    @Test
    void a_database_without_tables(CapturedOutput output) {
        fails(
                "--spring.application.name=blog",
                "--spring.datasource.url=" + PostgresServer.shared().freshDatabase(),
                "--troth.transport=in-process");

        assertThat(output)
                .contains("Troth's tables are not complete in")
                .contains("Run the script /dev/troth/jdbc/postgresql-1.sql")
                .contains("troth.tables=create");
    }

    @Test
    void a_mariadb_without_tables(CapturedOutput output) {
        fails(
                "--spring.application.name=blog",
                "--spring.datasource.url=" + MariaDbServer.shared().start().freshDatabase(),
                "--troth.transport=in-process");

        assertThat(output)
                .contains("Run the script /dev/troth/jdbc/mariadb-1.sql")
                .contains("troth.tables=create");
    }

    @Test
    void a_user_without_rights(CapturedOutput output) throws SQLException {
        String database = PostgresServer.shared().freshDatabase();
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(database);
        dev.troth.jdbc.TrothTables.of(owner).create();
        try (var connection = DriverManager.getConnection(database);
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'");
            statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
            statement.execute("GRANT UPDATE ON troth_identity TO reader");
        }

        fails(
                "--spring.application.name=blog",
                "--spring.datasource.url=" + database.substring(0, database.indexOf('?')),
                "--spring.datasource.username=reader",
                "--spring.datasource.password=reader",
                "--troth.transport=in-process");

        assertThat(output)
                .contains("User reader may not use Troth's tables")
                .contains("As their owner run  GRANT SELECT, INSERT, UPDATE, DELETE ON");
    }

    @Configuration(proxyBeanMethods = false)
    static class NoSlots {
        @Bean
        TrothBuilderCustomizer notes() {
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(noSlots.freshDatabase());
            dev.troth.jdbc.TrothTables.of(database).create();
            return Services.notes(database, (note, branch) -> branch.connection());
        }
    }

    @Test
    void a_database_that_can_prepare_nothing(CapturedOutput output) {
        fails(
                NoSlots.class,
                "--spring.application.name=blog",
                "--spring.datasource.url=jdbc:h2:mem:slots",
                "--troth.tables=create",
                "--troth.transport=in-process");

        assertThat(output)
                .contains("cannot prepare transactions: max_prepared_transactions is 0.")
                .contains("ALTER SYSTEM SET max_prepared_transactions = 100;");
    }

    @Test
    void a_broker_that_is_away(CapturedOutput output) {
        fails(
                "--spring.application.name=blog",
                "--spring.datasource.url=jdbc:h2:mem:away",
                "--troth.tables=create",
                "--troth.rabbitmq.start-timeout=1ms",
                "--spring.rabbitmq.connection-timeout=500ms",
                "--spring.rabbitmq.port=1");

        assertThat(output)
                .contains("Cannot connect to RabbitMQ at localhost:1")
                .contains("troth.rabbitmq.start-without-broker=true");
    }
}
