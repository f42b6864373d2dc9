package dev.troth.spring;

import dev.troth.jdbc.PostgresBranches;
import dev.troth.message.Kind;
import dev.troth.testkit.servers.PostgresServer;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Small Spring Boot services, with everything that is configured by itself but JPA, which would only cost time. */
final class Services {
    /** A property by which there is no data source, not even of an embedded database. */
    static final String NO_DATA_SOURCE =
            "spring.autoconfigure.exclude=org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration,"
                    + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";

    private Services() {}

    /** What a service asks of itself. */
    @Kind("new-note")
    record NewNote(String text) {}

    /** Nothing of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.autoconfigure.data.jpa.JpaRepositoriesAutoConfiguration",
                "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
                "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
                "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"
            })
    static class Plain {}

    /** One with a decision log in memory, in this JVM. */
    static ApplicationContextRunner small() {
        return bare().withPropertyValues(
                        "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
                        "troth.transport=in-process",
                        "troth.tables=create");
    }

    /** One with a name and nothing else. */
    static ApplicationContextRunner bare() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Plain.class)
                .withPropertyValues("spring.application.name=blog");
    }

    /** A started one, whose log is in a PostgreSQL database. */
    static ConfigurableApplicationContext start(String database, Class<?> config, String... properties) {
        String[] all = new String[properties.length + 3];
        all[0] = "--spring.datasource.url=" + database;
        all[1] = "--troth.tables=create";
        all[2] = "--spring.main.banner-mode=off";
        for (int i = 0; i < properties.length; i++) {
            all[i + 3] = "--" + properties[i];
        }
        return new SpringApplicationBuilder(Plain.class, config)
                .web(WebApplicationType.NONE)
                .run(all);
    }

    /** Whether it can run a transaction, with a row of its log. */
    static boolean commits(dev.troth.Troth troth) throws java.sql.SQLException {
        return troth.transact("nothing", tx -> {
            tx.connection().createStatement().execute("SELECT 1");
            return true;
        });
    }

    /** A PostgreSQL database with Troth's tables, for branches. */
    static PGSimpleDataSource branches() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(PostgresServer.shared().freshDatabase());
        dev.troth.jdbc.TrothTables.of(database).create();
        return database;
    }

    /** A service with a participant "notes" in a database of its own, which does nothing but write that it was there. */
    static TrothBuilderCustomizer notes(PGSimpleDataSource database, dev.troth.tx.Handler.OfVoid<NewNote> handler) {
        return builder -> builder.participant(dev.troth.Participant.named("notes")
                .on(PostgresBranches.of(database))
                .handle(NewNote.class, handler));
    }
}
