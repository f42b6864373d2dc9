package dev.troth.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private RabbitMQ node from the programs installed on this machine ({@code apt-get install rabbitmq-server}). It has its own
 * epmd, cookie and accounts, and listens on 127.0.0.1 only. A start takes four to five seconds, so share it where you can.
 */
public final class RabbitServer extends Server {
    private static final String USER = "troth";
    private static final String DEBIAN_PROGRAMS = "/usr/lib/rabbitmq/bin"; // those in /usr/sbin change the user
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Kinship kinship;
    private final String node = "troth" + Secrets.token();
    private boolean tls;
    private boolean management;
    private int managementPort;
    private int tlsPort;
    private int distributionPort;
    private @Nullable Epmd epmd;

    /** What the nodes of a cluster have in common. */
    record Kinship(String name, String password, String cookie, Supplier<Epmd> epmd) {
        /** Of a node that belongs to nobody, or of a new cluster. */
        static Kinship fresh(Supplier<Epmd> epmd) {
            return new Kinship(
                    "troth" + Secrets.token(),
                    Secrets.password(),
                    Secrets.password().toUpperCase(Locale.ROOT),
                    epmd);
        }
    }

    private RabbitServer(Kinship kinship) {
        super("RabbitMQ");
        this.kinship = kinship;
        settings.put("default_user", USER);
        settings.put("default_pass", kinship.password());
        settings.put("cluster_name", kinship.name());
        settings.put("disk_free_limit.absolute", "50MB");
        settings.put("vm_memory_high_watermark.absolute", "512MB");
        settings.put("log.console", "true");
        settings.put("log.console.level", "info");
        settings.put("log.file", "false");
    }

    /** A node that is not started yet. */
    public static RabbitServer local() {
        return new RabbitServer(Kinship.fresh(Epmd::start));
    }

    /** The first node of a cluster. */
    static RabbitServer of(Kinship kinship) {
        return new RabbitServer(kinship);
    }

    /** A further node of a cluster: at its first start it joins the one that runs already. */
    RabbitServer companion() {
        RabbitServer joining = new RabbitServer(kinship);
        joining.setting("cluster_formation.peer_discovery_backend", "classic_config");
        joining.setting("cluster_formation.classic_config.nodes.1", nodeName());
        joining.setting("cluster_formation.classic_config.nodes.2", joining.nodeName());
        return joining;
    }

    /** The node that all test classes of this JVM may share, as a JUnit extension; not started yet. */
    public static RabbitServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final RabbitServer SERVER = local();

        static {
            SERVER.share();
        }
    }

    /** Sets a line of {@code rabbitmq.conf}. Only before the first start. */
    public RabbitServer setting(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Also listens with TLS, with a certificate for localhost that {@link #trustStore()} trusts. Only before the first start. */
    public RabbitServer withTls() {
        tls = true;
        return this;
    }

    /** Also has the management plugin, see {@link #managementUri()}; a start takes two seconds more. Only before the first start. */
    public RabbitServer withManagement() {
        management = true;
        return this;
    }

    @Override
    public RabbitServer environment(String variable, String value) {
        super.environment(variable, value);
        return this;
    }

    @Override
    public RabbitServer start() {
        super.start();
        return this;
    }

    /** Its name among the nodes of a cluster. */
    public String nodeName() {
        return node + "@localhost";
    }

    /** The AMQP URI of an administrator. */
    public String uri() {
        return uri(USER, password());
    }

    /** The AMQP URI of an account, in the default virtual host. */
    public String uri(String user, String itsPassword) {
        return "amqp://" + user + ":" + itsPassword + "@127.0.0.1:" + port();
    }

    /** The AMQP URI of an administrator over TLS. */
    public String tlsUri() {
        return "amqps://" + USER + ":" + password() + "@127.0.0.1:" + tlsPort;
    }

    /** The URI of the management HTTP API, as an administrator. */
    public String managementUri() {
        return "http://" + USER + ":" + password() + "@127.0.0.1:" + managementPort;
    }

    /** A PKCS12 file that holds the certificate of the TLS listener; {@link #password()} opens it. */
    public Path trustStore() {
        return home().resolve("trust.p12");
    }

    /** The administrator. */
    public String user() {
        return USER;
    }

    /** The administrator's password. */
    public String password() {
        return kinship.password();
    }

    /**
     * Makes an account in the default virtual host, or changes it. The three patterns are RabbitMQ's: which names it may
     * configure, write to and read from.
     *
     * @return its AMQP URI
     */
    public String addUser(String name, String itsPassword, String configure, String write, String read) {
        String definitions = """
                {"users": [{"name": %1$s, "password": %2$s, "tags": []}],
                 "permissions": [{"user": %1$s, "vhost": "/", "configure": %3$s, "write": %4$s, "read": %5$s}]}
                """.formatted(json(name), json(itsPassword), json(configure), json(write), json(read));
        importDefinitions(definitions);
        return uri(name, itsPassword);
    }

    /** Imports definitions, in RabbitMQ's JSON. */
    public void importDefinitions(String json) {
        try {
            Path file = Files.createTempFile(home(), "definitions", ".json");
            Files.writeString(file, json);
            control("import_definitions", file.toString());
            Files.delete(file);
        } catch (IOException e) {
            throw new ServerException("Definitions could not be written below " + home(), e);
        }
    }

    /** Runs {@code rabbitmqctl}, which takes a second or two, and returns what it wrote. */
    public String control(String... words) {
        List<String> command = Stream.concat(Stream.of(programs() + "/rabbitmqctl"), Stream.of(words))
                .toList();
        return Processes.run(command, environment(home()), CONTROL_LIMIT);
    }

    /**
     * Writes what was declared to disk, and the names of all quorum queues. RabbitMQ 3.10 does the second half a second late, and now and then
     * the first, too: a node that is killed before that has forgotten the queue; or has it, but not what is in it, and nobody can publish to
     * it or consume from it until it is deleted.
     */
    public void flush() {
        control("eval", "ok = mnesia:sync_log(), [ok = dets:sync(Table) || Table <- dets:all()].");
    }

    private static String json(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    Optional<String> missing() {
        List<String> absent = new ArrayList<>();
        if (programs() == null) {
            absent.add("rabbitmq-server");
        }
        if (Processes.program("epmd").isEmpty()) {
            absent.add("epmd");
        }
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", absent) + " not installed; apt-get install rabbitmq-server");
    }

    private static @Nullable Path programs() {
        if (Files.isExecutable(Path.of(DEBIAN_PROGRAMS, "rabbitmq-server"))) {
            return Path.of(DEBIAN_PROGRAMS);
        }
        return Processes.program("rabbitmq-server", "/opt/homebrew/sbin", "/usr/local/sbin")
                .map(Path::getParent)
                .orElse(null);
    }

    @Override
    void furnish(Path home) throws IOException {
        Path cookie = Files.createDirectory(home.resolve("home")).resolve(".erlang.cookie");
        Files.writeString(cookie, kinship.cookie());
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
        Files.writeString(home.resolve("enabled_plugins"), management ? "[rabbitmq_management].\n" : "[].\n");
        if (tls) {
            Certificates.make(home, password());
        }
        choosePorts();
        epmd = kinship.epmd().get();
    }

    private void choosePorts() {
        distributionPort = Ports.free();
        tlsPort = tls ? Ports.free() : 0;
        managementPort = management ? Ports.free() : 0;
    }

    @Override
    void unfurnish() {
        if (epmd != null) {
            epmd.close();
            epmd = null;
        }
    }

    @Override
    String script(Path home, int listenPort) {
        StringBuilder script = new StringBuilder("set -e\ncd /\numask 077\n");
        environment(home)
                .forEach((name, value) -> script.append("export ")
                        .append(name)
                        .append('=')
                        .append(Shell.words(List.of(value)))
                        .append('\n'));
        writeConfiguration(home, listenPort);
        // With "detached" the start script becomes the Erlang machine instead of watching it.
        return script + "export detached=1\nexec " + Shell.words(List.of(programs() + "/rabbitmq-server")) + "\n";
    }

    private void writeConfiguration(Path home, int listenPort) {
        Map<String, String> lines = new LinkedHashMap<>(settings);
        lines.put("listeners.tcp.1", "127.0.0.1:" + listenPort);
        if (tls) {
            lines.put("listeners.ssl.1", "127.0.0.1:" + tlsPort);
            lines.put("ssl_options.certfile", home.resolve("certificate.pem").toString());
            lines.put("ssl_options.cacertfile", home.resolve("certificate.pem").toString());
            lines.put("ssl_options.keyfile", home.resolve("key.pem").toString());
            lines.put("ssl_options.verify", "verify_none");
        }
        if (management) {
            lines.put("management.tcp.ip", "127.0.0.1");
            lines.put("management.tcp.port", Integer.toString(managementPort));
        }
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        try {
            Files.writeString(home.resolve("rabbitmq.conf"), text);
        } catch (IOException e) {
            throw new ServerException("rabbitmq.conf could not be written to " + home, e);
        }
    }

    private Map<String, String> environment(Path home) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", home + "/home"); // the cookie is read from here
        environment.put("ERL_CRASH_DUMP_BYTES", "0");
        environment.put(
                "ERL_EPMD_PORT", Integer.toString(Objects.requireNonNull(epmd).port()));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODENAME", nodeName());
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
        environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null"); // not /etc/rabbitmq/rabbitmq-env.conf
        environment.put("RABBITMQ_CONFIG_FILE", home + "/rabbitmq.conf");
        environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", home + "/advanced.config");
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", home + "/enabled_plugins");
        environment.put("RABBITMQ_MNESIA_BASE", home + "/mnesia");
        environment.put("RABBITMQ_LOG_BASE", home + "/logs");
        environment.put("RABBITMQ_LOGS", "-");
        environment.put("RABBITMQ_PID_FILE", home + "/rabbit.pid");
        environment.put("RABBITMQ_GENERATED_CONFIG_DIR", home + "/generated");
        environment.put("RABBITMQ_QUORUM_DIR", home + "/quorum");
        environment.put("RABBITMQ_STREAM_DIR", home + "/stream");
        environment.put("RABBITMQ_FEATURE_FLAGS_FILE", home + "/feature_flags");
        // Idle schedulers must not spin: tests share few processors.
        environment.put(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none");
        return environment;
    }

    @Override
    boolean collided(int listenPort) {
        boolean collided = !Ports.isFree(listenPort)
                || !Ports.isFree(distributionPort)
                || (tls && !Ports.isFree(tlsPort))
                || (management && !Ports.isFree(managementPort));
        if (collided) {
            choosePorts();
        }
        return collided;
    }

    @Override
    boolean ready(Path home, int listenPort, long pid) {
        return AmqpProbe.greets(listenPort, kinship.name());
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
