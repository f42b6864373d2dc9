package dev.troth.cli.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A service as a process of its own: which, and where its database and broker are. Immutable; every method returns a changed copy,
 * and {@link #start()} may be called again after a death.
 *
 * @param program the class whose {@code main} takes the name as its first argument, and then options
 * @param name {@code blog} or {@code review}, or what else the program knows
 * @param database its JDBC URL
 * @param amqp the broker's URI
 * @param options further options of its verb
 * @param listener hears the events it tells
 */
public record ServiceSpec(
        String program, String name, String database, String amqp, List<String> options, Consumer<EventLine> listener) {
    private static final String COMMAND_LINE = "dev.troth.cli.Main";

    /** Copies the options. */
    public ServiceSpec {
        options = List.copyOf(options);
    }

    /** The blog service. */
    public static ServiceSpec blog(String database, String amqp) {
        return of(COMMAND_LINE, "blog", database, amqp);
    }

    /** The review service. */
    public static ServiceSpec review(String database, String amqp) {
        return of(COMMAND_LINE, "review", database, amqp);
    }

    /** A service of another program. */
    public static ServiceSpec of(String program, String name, String database, String amqp) {
        return new ServiceSpec(program, name, database, amqp, List.of(), event -> {});
    }

    /** The same with further options, for example {@code --crash-at AFTER_PREPARED}. */
    public ServiceSpec with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new ServiceSpec(program, name, database, amqp, all, listener);
    }

    /** The same, and somebody hears its events. */
    public ServiceSpec heardBy(Consumer<EventLine> hears) {
        return new ServiceSpec(program, name, database, amqp, options, hears);
    }

    /**
     * Starts it, with the JVM and the class path of this one, and waits until it is ready.
     *
     * @throws ProcessException if it does not get ready
     */
    public ServiceProcess start() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                program,
                name,
                "--port",
                "0",
                "--events",
                "--controlled"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        // Not as arguments: every user of the machine can read those, and two of these hold passwords.
        builder.environment()
                .putAll(Map.of(
                        "TROTH_DB", database,
                        "TROTH_AMQP", amqp,
                        "CLASSPATH", System.getProperty("java.class.path")));
        try {
            return new ServiceProcess(name, builder, listener).awaitReady();
        } catch (IOException e) {
            throw new ProcessException("Service '" + name + "' could not be started as a process", e);
        }
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return name + " " + options;
    }
}
