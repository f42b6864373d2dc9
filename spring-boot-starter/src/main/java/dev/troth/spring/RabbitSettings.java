package dev.troth.spring;

import dev.troth.rabbitmq.RabbitOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * The part of {@code spring.rabbitmq.*} that says where the broker is. Spring Boot's own class for it needs spring-amqp and is in other
 * packages in 3.5 and in 4.
 */
record RabbitSettings(
        @DefaultValue("localhost") String host,
        @Nullable Integer port,
        @DefaultValue List<String> addresses,
        @DefaultValue("guest") String username,
        @DefaultValue("guest") String password,
        @DefaultValue("/") String virtualHost,
        @DefaultValue Ssl ssl) {

    record Ssl(@DefaultValue("false") boolean enabled) {}

    static RabbitSettings of(Environment environment) {
        return Binder.get(environment).bindOrCreate("spring.rabbitmq", RabbitSettings.class);
    }

    /** As Spring Boot: an address may be a URI with a user, a password and a virtual host; the first one's hold for all. */
    RabbitOptions options() {
        if (!addresses.isEmpty() && addresses.get(0).startsWith("amqp")) {
            return RabbitOptions.uri(String.join(",", addresses));
        }
        String hosts = addresses.isEmpty()
                ? withPort(host)
                : addresses.stream().map(this::withPort).collect(Collectors.joining(","));
        return RabbitOptions.uri((ssl.enabled() ? "amqps://" : "amqp://") + encode(username) + ":" + encode(password)
                + "@" + hosts + "/" + encode(virtualHost));
    }

    private String withPort(String address) {
        int standard = ssl.enabled() ? 5671 : 5672;
        return Arrays.asList(address.split(":", -1)).size() > 1
                ? address
                : address + ":" + (port == null ? standard : port);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
