package dev.troth.cli;

import dev.troth.cli.process.EventLine;
import dev.troth.cli.process.Fuse;
import dev.troth.cli.process.Orders;
import dev.troth.example.blog.DatabaseSettings;
import dev.troth.example.blog.ServiceSettings;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.CrashPoint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What both services are told on the command line, and how both run. */
final class ServiceOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does the options
    private CommandSpec spec;

    @Option(
            names = "--amqp",
            required = true,
            paramLabel = "URI",
            defaultValue = "${env:TROTH_AMQP}",
            description =
                    "RabbitMQ, as amqp://user:password@host:5672/vhost. May be given as TROTH_AMQP in the environment,"
                            + " where nobody else sees the password.")
    @SuppressWarnings("NullAway.Init")
    private String amqp;

    @Option(
            names = "--db",
            required = true,
            paramLabel = "JDBC-URL",
            defaultValue = "${env:TROTH_DB}",
            description =
                    "PostgreSQL or MariaDB, as jdbc:postgresql://host/database?user=me. May be given as TROTH_DB.")
    @SuppressWarnings("NullAway.Init")
    private String database;

    @Option(names = "--db-user", paramLabel = "NAME", description = "The database user, if not part of the URL.")
    private @Nullable String user;

    @Option(
            names = "--db-password-env",
            paramLabel = "VARIABLE",
            description = "The environment variable that holds the database password, if it is not part of the URL.")
    private @Nullable String passwordVariable;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many database connections at most (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "From a transaction's start to its decision at most (default: ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(
            names = "--crash-at",
            paramLabel = "POINT",
            description =
                    "Halt the JVM, as kill -9 does, the first time a transaction reaches this point: ${COMPLETION-CANDIDATES}.")
    private @Nullable CrashPoint crashAt;

    @Option(
            names = "--pause-at",
            paramLabel = "POINT",
            description = "Hold the first thread that reaches this point, so that you can kill something meanwhile.")
    private @Nullable CrashPoint pauseAt;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "troth",
            description = "What the names of exchange and queues begin with; the same in every service (default:"
                    + " ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String prefix;

    @Option(names = "--events", description = "Print every change of state of every transaction.")
    private boolean events;

    @Option(
            names = "--controlled",
            hidden = true,
            description = "Take orders (pause-at, crash-at, resume) from stdin, and end when it closes.")
    private boolean controlled;

    /** Starts a service. */
    interface Starter {
        Running start(ServiceSettings settings) throws IOException;
    }

    /** A service that runs. */
    record Running(URI uri, Runnable close) {}

    /** Runs the service until a signal comes. */
    int run(String name, int port, Starter starter) throws IOException {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(spec.commandLine(), "--port is to be 0 to 65535, not " + port + ".");
        }
        Fuse fuse = new Fuse();
        Orders orders = new Orders(fuse, System.out);
        Optional.ofNullable(pauseAt).ifPresent(orders::pauseAt);
        Optional.ofNullable(crashAt).ifPresent(orders::crashAt);
        Running running = starter.start(settings(name, fuse).port(port));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(name, running), "stop"));
        print("ready service=" + name + " url=" + running.uri() + " pid="
                + ProcessHandle.current().pid());
        if (controlled) {
            orders.obey(System.in);
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void stop(String name, Running running) {
        running.close().run();
        print("stopped service=" + name);
    }

    private ServiceSettings settings(String name, Fuse fuse) {
        DatabaseSettings settings = new DatabaseSettings(
                database,
                Optional.ofNullable(user),
                PasswordVariable.read(spec.commandLine(), passwordVariable),
                Math.max(1, connections));
        return ServiceSettings.of(
                        settings,
                        () -> RabbitTransport.connect(RabbitOptions.uri(amqp).prefix(prefix)))
                .tuning(builder -> {
                    builder.probe(fuse).timeout(Duration.ofSeconds(timeout));
                    if (events) {
                        builder.listener(event -> print(
                                EventLine.of(Main.CLOCK.instant(), name, event).toString()));
                    }
                    return builder;
                });
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
