package dev.troth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Print the version of Troth and of the JVM.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        spec.commandLine()
                .getOut()
                .println("troth " + version() + " (Java " + System.getProperty("java.version") + ", "
                        + System.getProperty("java.vm.name") + ")");
        spec.commandLine().getOut().flush();
        return 0;
    }

    static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IOException("version.properties is not on the class path beside " + VersionCommand.class);
            }
            properties.load(in);
        }
        return properties.getProperty("version");
    }
}
