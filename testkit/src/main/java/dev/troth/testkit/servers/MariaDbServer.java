package dev.troth.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A private MariaDB from the programs installed on this machine ({@code apt-get install mariadb-server-core}). A start takes about
 * a second. Its one account is {@link #user()}; root and the anonymous accounts are removed.
 */
public final class MariaDbServer extends DatabaseServer {
    private static final Duration GREETING_LIMIT = Duration.ofSeconds(2);
    private static final int PACKET_HEADER = 4;
    private static final int PROTOCOL = 10; // the first byte of every MariaDB greeting

    private final Map<String, String> settings = new LinkedHashMap<>();

    private MariaDbServer() {
        super("MariaDB");
        settings.put("innodb-buffer-pool-size", "64M");
        settings.put("max-connections", "200");
        settings.put("max-connect-errors", "1000000");
    }

    /** A server that is not started yet. */
    public static MariaDbServer local() {
        return new MariaDbServer();
    }

    /** The server that all test classes of this JVM may share, as a JUnit extension; not started yet. */
    public static MariaDbServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final MariaDbServer SERVER = local();

        static {
            SERVER.share();
        }
    }

    /** Sets an option of mariadbd without its leading dashes, from the next start on. */
    public MariaDbServer setting(String option, String value) {
        settings.put(option, value);
        return this;
    }

    @Override
    public MariaDbServer environment(String variable, String value) {
        super.environment(variable, value);
        return this;
    }

    @Override
    public MariaDbServer start() {
        super.start();
        return this;
    }

    @Override
    String scheme() {
        return "jdbc:mariadb://";
    }

    @Override
    String firstDatabase() {
        return USER;
    }

    @Override
    String quoted(String identifier) {
        return "`" + identifier + "`";
    }

    @Override
    Optional<String> missing() {
        if (program().isPresent() && !systemTables().isEmpty()) {
            return Optional.empty();
        }
        String what = program().isEmpty() ? "mariadbd" : "MariaDB's system table scripts";
        return Optional.of(what + " not installed; apt-get install mariadb-server-core");
    }

    private static Optional<Path> program() {
        return Processes.program("mariadbd", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin");
    }

    /** The scripts from which {@code mariadb-install-db} makes a data directory; it itself needs more packages, and root's help. */
    private static List<String> systemTables() {
        Stream<Path> beside =
                program().stream().map(program -> program.resolve("../../share").normalize());
        return Stream.concat(beside, Stream.of(Path.of("/usr/share")))
                .flatMap(share -> Stream.of(share.resolve("mysql/mysql_"), share.resolve("mariadb/mariadb_")))
                .map(start -> Stream.of("system_tables", "performance_tables", "system_tables_data")
                        .map(part -> start + part + ".sql")
                        .toList())
                .filter(scripts -> scripts.stream().allMatch(script -> Files.isReadable(Path.of(script))))
                .findFirst()
                .orElse(List.of());
    }

    @Override
    void furnish(Path home) throws IOException {
        Files.writeString(home.resolve("accounts.sql"), """
                CREATE OR REPLACE USER '%1$s'@'%%' IDENTIFIED BY '%2$s';
                GRANT ALL ON *.* TO '%1$s'@'%%' WITH GRANT OPTION;
                DELETE FROM mysql.global_priv WHERE User IN ('root', '');
                FLUSH PRIVILEGES;
                CREATE DATABASE IF NOT EXISTS %1$s;
                """.formatted(USER, password()));
    }

    /** What every start of the program is told. */
    private static List<String> common(Path home) {
        List<String> common = new ArrayList<>(List.of(
                program().orElseThrow().toString(),
                "--no-defaults",
                "--datadir=" + home + "/data",
                "--tmpdir=" + home + "/temporary", // a server that starts deletes what others have in a shared one
                "--skip-name-resolve"));
        if (Rootless.isRoot()) {
            common.add("--user=root"); // otherwise it looks for a user called mysql
        }
        return common;
    }

    @Override
    String script(Path home, int listenPort) {
        String data = home + "/data";
        List<String> common = common(home);
        List<String> bootstrap = new ArrayList<>(common);
        bootstrap.addAll(List.of("--bootstrap", "--log-warnings=0", "--max-allowed-packet=8M"));
        List<String> server = new ArrayList<>(common);
        server.addAll(List.of(
                "--port=" + listenPort,
                "--bind-address=127.0.0.1",
                "--socket=" + home + "/socket",
                "--pid-file=" + home + "/mariadb.pid",
                "--init-file=" + home + "/accounts.sql"));
        settings.forEach((option, value) -> server.add("--" + option + "=" + value));
        return """
                set -e
                cd /
                umask 077
                rm -f %s
                mkdir -p %s
                if [ ! -d %s ]; then
                    mkdir %3$s
                    {
                        echo 'CREATE DATABASE mysql;'
                        echo 'USE mysql;'
                        echo 'SET @auth_root_socket = NULL;'
                        cat %s
                    } | %s
                fi
                exec %s
                """.formatted(
                        Shell.words(List.of(home + "/mariadb.pid")),
                        Shell.words(List.of(home + "/temporary")),
                        Shell.words(List.of(data)),
                        Shell.words(systemTables()),
                        Shell.words(bootstrap),
                        Shell.words(server));
    }

    @Override
    boolean ready(Path home, int listenPort, long pid) {
        try {
            String written = Files.readString(home.resolve("mariadb.pid")).strip();
            return written.equals(Long.toString(pid)) && greets(listenPort);
        } catch (IOException notYetThere) {
            return false;
        }
    }

    private static boolean greets(int listenPort) throws IOException {
        try (Socket socket = new Socket()) {
            int limit = Math.toIntExact(GREETING_LIMIT.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listenPort), limit);
            socket.setSoTimeout(limit);
            InputStream in = socket.getInputStream();
            byte[] start = in.readNBytes(PACKET_HEADER + 1);
            return start.length == PACKET_HEADER + 1 && start[PACKET_HEADER] == PROTOCOL;
        }
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    String endSignal() {
        return "KILL";
    }
}
