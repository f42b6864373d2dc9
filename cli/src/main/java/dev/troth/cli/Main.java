package dev.troth.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.stream.Stream;
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
            SimCommand.class,
            VersionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with:  troth demo"})
public final class Main {
    /** The one clock of every command. */
    static final InstantSource CLOCK = InstantSource.system();

    private Main() {}

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    private boolean help;

    @Option(
            names = {"-v", "--verbose"},
            scope = CommandLine.ScopeType.INHERIT,
            description = "Log more to stderr: -v what starts, stops and is recovered; -vv every change of state.")
    void verbose(boolean[] times) {
        Verbosity.more(times.length);
    }

    /** Runs a command and ends the JVM with its exit status: 0 well, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Main()).setOut(out).setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpWidth(110);
        line.setParameterExceptionHandler((failure, given) -> {
            err.println("error: " + Redaction.of(told(failure)));
            err.println("Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
            err.flush();
            return CommandLine.ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            err.println("error: " + Redaction.of(String.valueOf(failure.getMessage())));
            if (Verbosity.isVerbose()) {
                failure.printStackTrace(err);
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line.execute(meant(arguments));
    }

    private static String told(CommandLine.ParameterException failure) {
        CommandLine line = failure.getCommandLine();
        boolean unknownCommand = line.getParent() == null
                && failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption();
        return unknownCommand
                ? failure.getMessage() + ". The commands are "
                        + String.join(", ", line.getSubcommands().keySet())
                : String.valueOf(failure.getMessage());
    }

    /** No argument asks for help, as {@code help} and {@code help COMMAND} do; {@code --version} is the command. */
    private static String[] meant(String[] arguments) {
        String first = arguments.length == 0 ? "help" : arguments[0];
        return switch (first) {
            case "help" ->
                Stream.concat(Arrays.stream(arguments).skip(1), Stream.of("--help"))
                        .toArray(String[]::new);
            case "--version" -> new String[] {"version"};
            default -> arguments;
        };
    }
}
