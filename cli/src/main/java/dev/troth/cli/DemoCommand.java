package dev.troth.cli;

import dev.troth.cli.demo.Demo;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Play four scenes with two services on two real PostgreSQL servers: both commit, a refusal, a death after the vote,"
                    + " a death after the decision. Every scene is judged by what SQL counts afterwards.",
            "Needs nothing but this JVM, and ends everything that it starts. Exit status 0 only if every count is right."
        })
final class DemoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--rabbitmq",
            description =
                    "Play it as three real processes over a real RabbitMQ, with kill -9. Starts a node of its own if"
                            + " rabbitmq-server is installed.")
    private boolean rabbitmq;

    @Option(
            names = "--amqp",
            paramLabel = "URI",
            defaultValue = "${env:TROTH_AMQP}",
            description = "As --rabbitmq, on this broker: amqp://user:password@host.")
    private @Nullable String amqp;

    @Option(names = "--serve", description = "Leave both services running afterwards, and say how to call them.")
    private boolean serve;

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        Verbosity.quiet();
        boolean processes = rabbitmq || spec.commandLine().getParseResult().hasMatchedOption("--amqp");
        Demo.Settings settings = new Demo.Settings(processes, Optional.ofNullable(amqp), serve, json);
        boolean ok = new Demo(
                        settings,
                        Main.CLOCK,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .play();
        return ok ? 0 : 1;
    }
}
