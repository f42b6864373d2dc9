package dev.troth.cli;

import dev.troth.cli.doctor.BrokerVisit;
import dev.troth.cli.doctor.DatabaseVisit;
import dev.troth.cli.doctor.Finding;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        sortOptions = false,
        description = {
            "Look at a service's database and broker, and say what to do about what is found. Works while the services are down.",
            "Exit status 1 if something fails; warnings do not count."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--db",
            paramLabel = "JDBC-URL",
            defaultValue = "${env:TROTH_DB}",
            description = "PostgreSQL or MariaDB. May be given as TROTH_DB in the environment.")
    private @Nullable String database;

    @Option(names = "--db-user", paramLabel = "NAME", description = "The database user, if not part of the URL.")
    private @Nullable String user;

    @Option(
            names = "--db-password-env",
            paramLabel = "VARIABLE",
            description = "The environment variable that holds the database password, if it is not part of the URL.")
    private @Nullable String passwordVariable;

    @Option(
            names = "--amqp",
            paramLabel = "URI",
            defaultValue = "${env:TROTH_AMQP}",
            description = "RabbitMQ. May be given as TROTH_AMQP.")
    private @Nullable String amqp;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "troth",
            description = "What the names of exchange and queues begin with (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String prefix;

    @Override
    public Integer call() {
        if (database == null && amqp == null) {
            throw new ParameterException(
                    spec.commandLine(), "Nothing to look at: give --db JDBC-URL, --amqp URI, or both.");
        }
        Verbosity.quiet();
        List<Finding> findings = new ArrayList<>();
        if (database != null) {
            Optional<String> password = PasswordVariable.read(spec.commandLine(), passwordVariable);
            new DatabaseVisit(database, Optional.ofNullable(user), password, Main.CLOCK)
                    .run(finding -> tell(finding, findings));
        }
        if (amqp != null) {
            new BrokerVisit(amqp, prefix).run(finding -> tell(finding, findings));
        }
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL) ? 1 : 0;
    }

    private void tell(Finding finding, List<Finding> findings) {
        findings.add(finding);
        PrintWriter out = spec.commandLine().getOut();
        String level =
                finding.level() == Finding.Level.OK ? "ok" : finding.level().toString();
        out.println(
                String.format(Locale.ROOT, "%-4s  %-10s  %s", level, finding.subject(), Redaction.of(finding.found())));
        if (!finding.advice().isEmpty()) {
            out.println(" ".repeat(18) + "-> " + finding.advice());
        }
        out.flush();
    }
}
