package dev.troth.rabbitmq;

import com.rabbitmq.client.Address;
import dev.troth.protocol.Text;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the broker is and as whom one goes there, from {@code amqp[s]://[user[:password]@][host[:port][,…]][/vhost]}. The
 * client library's own parser is not used: it turns off the check of certificates for {@code amqps}, and knows one host only.
 */
record BrokerUri(boolean tls, String user, String password, String virtualHost, List<Address> hosts) {
    private static final Pattern URI =
            Pattern.compile("(amqps?)://(?:([^@/?#]*)@)?([^@/?#]*)(?:/([^/?#]*))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\[\\]]*)(?::(\\d{1,5}))?");

    static BrokerUri parse(String uri) {
        Matcher parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("Not a URI of a RabbitMQ broker: '" + Text.quote(withoutUser(uri))
                    + "' (user and password not shown). Write amqp://user:password@host:port/virtual-host, with"
                    + " amqps for TLS, further hosts after commas, and %2F for a slash in a name.");
        }
        boolean tls = parts.group(1).equalsIgnoreCase("amqps");
        String login = parts.group(2);
        String[] userAndPassword = login == null ? new String[] {"guest", "guest"} : login.split(":", 2);
        String vhost = parts.group(4) == null ? "" : decode(parts.group(4));
        return new BrokerUri(
                tls,
                decode(userAndPassword[0]),
                userAndPassword.length == 2 ? decode(userAndPassword[1]) : "",
                vhost.isEmpty() ? "/" : vhost,
                Arrays.stream(parts.group(3).split(",", -1))
                        .map(host -> host(host, tls))
                        .toList());
    }

    private static Address host(String text, boolean tls) {
        Matcher parts = HOST.matcher(text);
        int port =
                !parts.matches() ? -1 : parts.group(2) == null ? (tls ? 5671 : 5672) : Integer.parseInt(parts.group(2));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Not a host and port of a RabbitMQ broker: '" + Text.quote(text) + "'");
        }
        String host = parts.group(1).isEmpty() ? "localhost" : parts.group(1);
        return new Address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    private static String withoutUser(String uri) {
        int scheme = uri.indexOf("://");
        int at = uri.lastIndexOf('@');
        return at < 0 ? uri : (scheme < 0 || scheme > at ? "" : uri.substring(0, scheme + 3)) + "…" + uri.substring(at);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** For messages: where and as whom, never the password. */
    @Override
    public String toString() {
        return hosts.stream().map(h -> h.getHost() + ':' + h.getPort()).collect(Collectors.joining(","))
                + " (virtual host '" + virtualHost + "', user '" + user + "', " + (tls ? "TLS" : "no TLS") + ")";
    }
}
