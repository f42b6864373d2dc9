package dev.troth.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.bench.run.Run;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers of all runs. Every run has databases of its own, and a JVM of its own. */
final class Stage implements AutoCloseable {
    private static final TypeReference<LinkedHashMap<String, Object>> LINE = new TypeReference<>() {};

    private final List<PostgresServer> databases = new ArrayList<>();
    private final Options options;
    private @Nullable RabbitServer broker;

    /**
     * How runs are made.
     *
     * @param warm seconds before anything is counted
     * @param seconds that are counted
     * @param jvm options for the JVM of the run
     */
    record Options(int warm, int seconds, List<String> jvm) {}

    Stage(Options options) {
        this.options = options;
    }

    private PostgresServer database(int number) {
        while (databases.size() <= number) {
            databases.add(PostgresServer.local()
                    .maxPreparedTransactions(500)
                    .setting("max_connections", "300")
                    .setting("shared_buffers", "128MB")
                    .start());
        }
        return databases.get(number);
    }

    private RabbitServer broker() {
        RabbitServer running = broker;
        if (running == null) {
            running = RabbitServer.local();
            broker = running;
            running.start();
        }
        return running;
    }

    /** Runs it and returns what the run said. */
    Map<String, Object> play(Cell cell) throws IOException, SQLException {
        Path folder = Files.createTempDirectory(
                "troth-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < cell.databases(); i++) {
            urls.add(database(i).freshDatabase());
        }
        try {
            return run(setting(cell, urls, folder), folder);
        } finally {
            for (int i = 0; i < urls.size(); i++) {
                drop(database(i), urls.get(i));
            }
            remove(folder);
        }
    }

    private Properties setting(Cell cell, List<String> urls, Path folder) {
        Properties all = new Properties();
        all.putAll(cell.more());
        all.setProperty("contender", cell.contender().title());
        all.setProperty("clients", Integer.toString(cell.clients()));
        all.setProperty("content", Integer.toString(cell.content()));
        all.setProperty("warm", Integer.toString(options.warm()));
        all.setProperty("seconds", Integer.toString(options.seconds()));
        all.setProperty("folder", folder.toString());
        all.setProperty("file", folder.resolve("setting").toString());
        all.setProperty("databases", Integer.toString(urls.size()));
        for (int i = 0; i < urls.size(); i++) {
            all.setProperty("database." + i, urls.get(i));
            all.setProperty("process.database" + i, Long.toString(database(i).pid()));
        }
        if (cell.contender().needsBroker()) {
            all.setProperty("broker", broker().uri());
            all.setProperty("process.broker", Long.toString(broker().pid()));
        }
        return all;
    }

    private Map<String, Object> run(Properties setting, Path folder) throws IOException {
        Path file = folder.resolve("setting");
        try (Writer out = Files.newBufferedWriter(file)) {
            setting.store(out, null);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Djava.library.path=" + folder));
        command.addAll(options.jvm());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Run.class.getName(), file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = "";
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
            }
        } finally {
            process.destroyForcibly();
        }
        if (!last.startsWith("{")) {
            throw new IOException("The run said nothing of what it measured; its last line was '" + last + "'");
        }
        return new ObjectMapper().readValue(last, LINE);
    }

    private static void drop(PostgresServer server, String url) throws SQLException {
        String name = url.replaceFirst(".*/([^?/]+)\\?.*", "$1");
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE \"" + name + "\" WITH (FORCE)");
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
        databases.forEach(PostgresServer::close);
    }
}
