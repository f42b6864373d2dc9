package dev.troth.spring;

import java.util.Optional;
import org.springframework.util.StringUtils;

/**
 * One of {@code spring.rabbitmq.addresses}: {@code [amqp[s]://][user:password@]host[:port][/virtual-host]}, read as Spring Boot reads it,
 * nothing in it decoded.
 */
record RabbitAddress(
        Optional<Boolean> secure,
        Optional<String> username,
        Optional<String> password,
        String host,
        Optional<Integer> port,
        Optional<String> virtualHost) {

    static final RabbitAddress NONE = new RabbitAddress(
            Optional.empty(), Optional.empty(), Optional.empty(), "", Optional.empty(), Optional.empty());

    static RabbitAddress parse(String given) {
        String rest = given.trim();
        Optional<Boolean> secure = Optional.empty();
        if (rest.startsWith("amqps://")) {
            secure = Optional.of(true);
        } else if (rest.startsWith("amqp://")) {
            secure = Optional.of(false);
        }
        rest = rest.substring(secure.isEmpty() ? 0 : rest.indexOf("//") + 2);
        int at = rest.indexOf('@');
        String login = at < 0 ? "" : rest.substring(0, at);
        rest = rest.substring(at + 1);
        int slash = rest.indexOf('/');
        String virtualHost = slash < 0 ? "" : rest.substring(slash + 1);
        String hostAndPort = slash < 0 ? rest : rest.substring(0, slash);
        int colon = hostAndPort.lastIndexOf(':');
        boolean port = colon > hostAndPort.lastIndexOf(']');
        return new RabbitAddress(
                secure,
                login.isEmpty() ? Optional.empty() : Optional.of(login.split(":", 2)[0]),
                login.contains(":") ? Optional.of(login.split(":", 2)[1]) : Optional.empty(),
                port ? hostAndPort.substring(0, colon) : hostAndPort,
                port ? Optional.of(number(given, hostAndPort.substring(colon + 1))) : Optional.empty(),
                slash < 0 ? Optional.empty() : Optional.of(StringUtils.hasText(virtualHost) ? virtualHost : "/"));
    }

    private static int number(String address, String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new SetupException(
                    "'" + port + "' is no port, in spring.rabbitmq.addresses: "
                            + address.substring(address.indexOf('@') + 1) + ".",
                    "Write host:port, or amqp://user:password@host:port/virtual-host, with commas between several.");
        }
    }
}
