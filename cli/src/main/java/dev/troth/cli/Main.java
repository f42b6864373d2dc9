package dev.troth.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./troth}. */
@Command(
        name = "troth",
        description = "Atomic writes across databases over the message broker you already run.",
        subcommands = {
            DemoCommand.class,
            BlogCommand.class,
            ReviewCommand.class,
            DoctorCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with:  troth demo"})
public final class Main {
    private Main() {}

    @Option(
            names = {"-v", "--verbose"},
            scope = CommandLine.ScopeType.INHERIT,
            description = "Log more to stderr: -v what starts, stops and is recovered; -vv every change of state.")
    void verbose(boolean[] times) {
        Verbosity.more(times.length);
    }

    /** Runs a command and ends the JVM with its exit status: 0 well, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((failure, given) -> {
            PrintWriter err = failure.getCommandLine().getErr();
            err.println("error: " + Redaction.of(String.valueOf(failure.getMessage())));
            err.println("Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
            err.flush();
            return CommandLine.ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println("error: " + Redaction.of(String.valueOf(failure.getMessage())));
            if (Verbosity.isVerbose()) {
                failure.printStackTrace(err);
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        });
        return arguments.length == 0 ? line.execute("help") : line.execute(arguments);
    }
}
