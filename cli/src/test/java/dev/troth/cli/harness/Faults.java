package dev.troth.cli.harness;

import dev.troth.testkit.servers.Server;
import dev.troth.testkit.servers.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws what happens to a server, a service or a wire, and for how long. */
public final class Faults {
    private static final int DOWN_MILLIS = 3_000;

    private final RandomGenerator random;
    private final int longestMillis;

    /**
     * Draws from that source.
     *
     * @param longest how long something stands still or says nothing at most
     */
    public Faults(RandomGenerator random, Duration longest) {
        this.random = random;
        this.longestMillis = (int) longest.toMillis();
    }

    /** One of these. */
    public <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** One of the first so many numbers. */
    public int oneOf(int count) {
        return random.nextInt(count);
    }

    /** For how long something is down. */
    public Duration down() {
        return Duration.ofMillis(random.nextInt(DOWN_MILLIS));
    }

    private Duration still() {
        return Duration.ofMillis(random.nextInt(longestMillis));
    }

    /** Something happens to a service. */
    public Fault service(String name, Restartable service) {
        return switch (random.nextInt(3)) {
            case 0 -> new Fault("service kill -9", name, down(), service::kill9, service::start);
            case 1 -> new Fault("service stop", name, down(), service::terminate, service::start);
            default -> new Fault("service pause", name, still(), service::freeze, service::thaw);
        };
    }

    /** Something happens to a database or a broker. */
    public Fault server(String what, String name, Server server) {
        return switch (random.nextInt(3)) {
            case 0 -> new Fault(what + " kill -9", name, down(), server::kill9, server::start);
            case 1 -> new Fault(what + " stop", name, down(), server::stop, server::start);
            default -> new Fault(what + " pause", name, still(), server::pause, server::resume);
        };
    }

    /** Something happens to a wire. */
    public Fault wire(String name, TcpProxy wire) {
        return switch (random.nextInt(6)) {
            case 0 -> new Fault("wire cut", name, Duration.ZERO, wire::cut, wire::heal);
            case 1 -> new Fault("wire silent", name, still(), wire::stall, wire::heal);
            case 2 -> new Fault("wire deaf one way", name, still(), wire::stallToServer, wire::heal);
            case 3 -> new Fault("wire deaf other way", name, still(), wire::stallToClient, wire::heal);
            case 4 -> new Fault("wire forgotten", name, Duration.ZERO, wire::strand, wire::heal);
            default ->
                new Fault(
                        "wire shut",
                        name,
                        down(),
                        () -> {
                            wire.refuse();
                            wire.cut();
                        },
                        wire::heal);
        };
    }
}
