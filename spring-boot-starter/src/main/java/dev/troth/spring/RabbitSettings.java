package dev.troth.spring;

import dev.troth.rabbitmq.QueueLayout;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.spring.TrothProperties.QueueType;
import dev.troth.spring.TrothProperties.Rabbitmq;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.env.Environment;

/**
 * The part of {@code spring.rabbitmq.*} that says where the broker is and how one gets there. Spring Boot's own class for it needs spring-amqp
 * and is in other packages in 3.5 and in 4; what it means is the same here.
 */
record RabbitSettings(
        @DefaultValue("localhost") String host,
        @Nullable Integer port,
        @DefaultValue List<String> addresses,
        @DefaultValue("guest") String username,
        @DefaultValue("guest") String password,
        @Nullable String virtualHost,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration requestedHeartbeat,
        @Nullable Duration connectionTimeout,
        @DefaultValue RabbitSsl ssl) {
    private static final Logger log = LoggerFactory.getLogger(RabbitSettings.class);

    static RabbitSettings of(Environment environment) {
        return Binder.get(environment).bindOrCreate("spring.rabbitmq", RabbitSettings.class);
    }

    /**
     * How Troth connects.
     *
     * @param details count more than the configuration
     * @param bundles finds an SSL bundle by its name
     */
    RabbitOptions options(Optional<BrokerDetails> details, Function<String, SslBundle> bundles, Rabbitmq how) {
        RabbitAddress first = parsed().isEmpty() ? RabbitAddress.NONE : parsed().get(0);
        Optional<SslBundle> bundle = details.flatMap(BrokerDetails::ssl);
        boolean tls = bundle.isPresent() || first.secure().orElse(ssl.wanted());
        RabbitOptions options = RabbitOptions.uri((tls ? "amqps://" : "amqp://")
                + encode(details.flatMap(BrokerDetails::username)
                        .or(first::username)
                        .orElse(username))
                + ":"
                + encode(details.flatMap(BrokerDetails::password)
                        .or(first::password)
                        .orElse(password))
                + "@"
                + String.join(",", details.map(BrokerDetails::hosts).orElseGet(() -> hosts(tls)))
                + "/"
                + encode(details.flatMap(BrokerDetails::virtualHost)
                        .or(first::virtualHost)
                        .or(() -> Optional.ofNullable(virtualHost))
                        .orElse("/")));
        return used(how, timed(tls ? ssl.applied(options, bundle, bundles) : options));
    }

    private RabbitOptions timed(RabbitOptions options) {
        RabbitOptions timed = options;
        if (requestedHeartbeat != null && requestedHeartbeat.isZero()) {
            log.warn(
                    "spring.rabbitmq.requested-heartbeat=0 is not honoured: without heartbeats a broker that hangs is never"
                            + " noticed. Troth's connections have one every 10 s");
        } else if (requestedHeartbeat != null) {
            timed = timed.heartbeat(requestedHeartbeat);
        }
        return connectionTimeout == null || connectionTimeout.isZero()
                ? timed
                : timed.connectTimeout(connectionTimeout);
    }

    private static RabbitOptions used(Rabbitmq how, RabbitOptions options) {
        RabbitOptions used = options.prefix(how.prefix()).startTimeout(how.startTimeout());
        if (how.queueType() == QueueType.CLASSIC) {
            used = used.classicQueues();
        }
        if (how.startWithoutBroker()) {
            used = used.startWithoutBroker();
        }
        return used.queues(
                switch (how.queues()) {
                    case PER_PARTICIPANT -> QueueLayout.perParticipant();
                    case PER_KIND -> QueueLayout.perKind();
                    case PER_TRANSACTION -> QueueLayout.perTransaction();
                });
    }

    private List<RabbitAddress> parsed() {
        return addresses.stream()
                .filter(address -> !address.isBlank())
                .map(RabbitAddress::parse)
                .toList();
    }

    private List<String> hosts(boolean tls) {
        int standard = tls ? 5671 : 5672;
        if (parsed().isEmpty()) {
            return List.of(BrokerDetails.host(host, port == null ? standard : port));
        }
        return parsed().stream()
                .map(address ->
                        BrokerDetails.host(address.host(), address.port().orElse(standard)))
                .toList();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
