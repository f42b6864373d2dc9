package dev.troth.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A password that is given by the name of an environment variable, where other users of the machine do not see it. */
final class PasswordVariable {
    private PasswordVariable() {}

    static Optional<String> read(CommandLine line, @Nullable String name) {
        if (name == null) {
            return Optional.empty();
        }
        String value = System.getenv(name);
        if (value == null) {
            throw new ParameterException(
                    line,
                    "The environment has no variable " + name + ", which --db-password-env names. Set it, or put the"
                            + " password into the URL.");
        }
        return Optional.of(value);
    }
}
