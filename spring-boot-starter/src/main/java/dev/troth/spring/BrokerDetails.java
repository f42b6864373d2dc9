package dev.troth.spring;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the broker is, as somebody other than the configuration says: Testcontainers, Docker Compose, or a bean of the service's. It is what
 * Spring Boot's {@code RabbitConnectionDetails} says, which lies in other packages in 3.5 and in 4.
 *
 * @param hosts each {@code host:port}
 * @param username empty: as configured
 * @param password empty: as configured
 * @param virtualHost empty: as configured
 * @param ssl empty: as configured
 */
record BrokerDetails(
        List<String> hosts,
        Optional<String> username,
        Optional<String> password,
        Optional<String> virtualHost,
        Optional<SslBundle> ssl) {

    static BrokerDetails of(
            List<String> hosts,
            @Nullable String username,
            @Nullable String password,
            @Nullable String virtualHost,
            @Nullable SslBundle ssl) {
        return new BrokerDetails(
                hosts,
                Optional.ofNullable(username),
                Optional.ofNullable(password),
                Optional.ofNullable(virtualHost),
                Optional.ofNullable(ssl));
    }

    /** The port stands apart from a host that has colons itself. */
    static String host(String host, int port) {
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }
}
