package dev.troth.bench.contender;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * Seata's coordinator in a process of its own, with a class path of its own. It ends when its standard input does, so it never outlives the run.
 * Seata listens at every address of the machine and has no option for that; here it is made to listen at 127.0.0.1 only.
 */
final class SeataServer implements AutoCloseable {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final int CONNECT_MILLIS = 200;
    private static final int LOG_LINES = 20;

    private static final String LOGGING = """
            <configuration>
              <appender name="LOG" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger %msg%n</pattern></encoder>
              </appender>
              <root level="warn"><appender-ref ref="LOG"/></root>
            </configuration>
            """;

    private final Process process;
    private final int port;

    private SeataServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one in the folder of the run, and returns when it takes connections. */
    static SeataServer start(Setting setting) throws IOException, SQLException, InterruptedException {
        Path home = Files.createDirectories(setting.folder().resolve("seata-server"));
        Path options = home.resolve("server.properties");
        StringBuilder text = new StringBuilder();
        options(setting, home)
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        Files.writeString(options, text);
        Files.writeString(home.resolve("logback.xml"), LOGGING);
        int port = freePort();
        Path log = home.resolve("log");
        Process process = new ProcessBuilder(command(home, options, port))
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        SeataServer server = new SeataServer(process, port);
        boolean ready = false;
        try {
            server.awaitReady(log);
            ready = true;
        } finally {
            if (!ready) {
                process.destroyForcibly();
            }
        }
        return server;
    }

    private static List<String> command(Path home, Path options, int port) throws IOException, InterruptedException {
        String ours = Path.of(SeataServer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-Duser.home=" + home));
        for (String opened : List.of("java.lang", "java.nio", "sun.nio.ch")) {
            command.addAll(List.of("--add-opens", "java.base/" + opened + "=ALL-UNNAMED"));
        }
        command.addAll(List.of("-cp", classPath() + ":" + ours));
        command.add("-Dspring.config.additional-location=file:" + options);
        command.addAll(List.of(SeataServer.class.getName(), "-h", "127.0.0.1", "-p", Integer.toString(port)));
        return command;
    }

    /** What {@code ./dev seata-server} has resolved, or does now. */
    private static String classPath() throws IOException, InterruptedException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("benchmarks/seata-server"))) {
            root = root.getParent();
            if (root == null) {
                throw new IOException("Run this inside a clone of Troth: there is no benchmarks/seata-server above "
                        + Path.of("").toAbsolutePath());
            }
        }
        Process resolving = new ProcessBuilder(root.resolve("dev").toString(), "seata-server")
                .directory(root.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = "";
        try (BufferedReader lines = resolving.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
            }
        }
        if (resolving.waitFor() != 0) {
            throw new IOException("'./dev seata-server' did not find the jars of Seata's server: " + last);
        }
        return Files.readString(Path.of(last)).strip();
    }

    private static Map<String, String> options(Setting setting, Path home) throws SQLException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("server.address", "127.0.0.1");
        options.put("server.port", "0"); // its console
        options.put("logging.config", "file:" + home.resolve("logback.xml"));
        String store = setting.word("store", "file");
        switch (store) {
            case "file", "forced file" -> {
                options.put("seata.store.mode", "file");
                options.put("seata.store.file.dir", home.resolve("store").toString());
                options.put("seata.store.file.flush-disk-mode", store.equals("file") ? "async" : "sync");
            }
            case "database" -> {
                makeTables(setting.blogs());
                String database = "seata.store.db.";
                options.put("seata.store.mode", "db");
                options.put(database + "datasource", "hikari");
                options.put(database + "db-type", "postgresql");
                options.put(database + "driver-class-name", "org.postgresql.Driver");
                options.put(database + "url", setting.blogs());
                options.put(database + "user", parameter(setting.blogs(), "user"));
                options.put(database + "password", parameter(setting.blogs(), "password"));
                options.put(database + "min-conn", "10");
                options.put(database + "max-conn", "100");
            }
            default -> throw new IllegalArgumentException("Seata has no store '" + store + "'");
        }
        return options;
    }

    private static String parameter(String url, String name) {
        return url.replaceFirst(".*[?&]" + name + "=([^&]*).*", "$1");
    }

    private static void makeTables(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(SeataTables.FOR_POSTGRESQL);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long limit = System.nanoTime() + LIMIT_NANOS;
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > limit) {
                List<String> lines = Files.readAllLines(log);
                throw new IOException("Seata's server " + (process.isAlive() ? "was not ready in time" : "has ended")
                        + "; its last words:\n"
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        process.onExit().join();
    }

    /** Before Netty binds a socket: to the same port, but of 127.0.0.1. */
    static final class OnLoopback {
        private OnLoopback() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) SocketAddress address) {
            if (address instanceof InetSocketAddress) {
                address = new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), ((InetSocketAddress) address).getPort());
            }
        }
    }

    /** The other process. */
    public static void main(String[] arguments)
            throws ClassNotFoundException, NoSuchMethodException, IllegalAccessException, InvocationTargetException {
        Lifeline.hold();
        ClassLoader loader = SeataServer.class.getClassLoader();
        ClassFileLocator locator = ClassFileLocator.ForClassLoader.of(loader);
        new ByteBuddy()
                .redefine(
                        TypePool.Default.of(locator)
                                .describe("io.netty.bootstrap.AbstractBootstrap")
                                .resolve(),
                        locator)
                .visit(Advice.to(OnLoopback.class)
                        .on(ElementMatchers.named("bind").and(ElementMatchers.takesArguments(SocketAddress.class))))
                .make()
                .load(loader, ClassLoadingStrategy.Default.INJECTION);
        Class.forName("io.seata.server.ServerApplication")
                .getMethod("main", String[].class)
                .invoke(null, (Object) arguments);
    }
}
