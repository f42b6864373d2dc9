package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Troth;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

/** How a service gets to its broker, with a real one. */
class BrokerTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.local().withTls();

    private static ApplicationContextRunner service() {
        return Services.bare()
                .withPropertyValues(
                        "spring.datasource.url=" + PostgresServer.shared().freshDatabase(),
                        "troth.tables=create",
                        "troth.rabbitmq.queue-type=classic",
                        "spring.rabbitmq.username=" + broker.user(),
                        "spring.rabbitmq.password=" + broker.password());
    }

    private static void connects(ApplicationContextRunner service) {
        service.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(RabbitTransport.class);
            assertThat(context.getBean(Troth.class).health().transportConnected())
                    .isTrue();
        });
    }

    @Test
    void host_port_user_and_password() {
        connects(service()
                .withPropertyValues("spring.rabbitmq.host=127.0.0.1", "spring.rabbitmq.port=" + broker.port()));
    }

    @Test
    void the_first_address_that_answers_in_its_virtual_host() {
        broker.control("add_vhost", "shop");
        broker.control("set_permissions", "-p", "shop", broker.user(), ".*", ".*", ".*");

        service()
                .withPropertyValues(
                        "spring.rabbitmq.addresses=127.0.0.1:1/shop,127.0.0.1:" + broker.port(),
                        "spring.rabbitmq.host=nowhere.invalid",
                        "troth.rabbitmq.prefix=blogs")
                .run(context -> {
                    assertThat(context.getBean(Troth.class).health().transportConnected())
                            .isTrue();
                    assertThat(broker.control("list_queues", "-p", "shop", "name"))
                            .contains("blogs.dead-letters");
                });
    }

    @Test
    void a_wrong_password_ends_the_start() {
        service()
                .withPropertyValues("spring.rabbitmq.port=" + broker.port(), "spring.rabbitmq.password=wrong")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("the broker refuses user or password")
                        .hasStackTraceContaining(broker.user()));
    }

    @Test
    void tls_with_an_ssl_bundle() {
        connects(tls().withPropertyValues(
                        "spring.rabbitmq.ssl.bundle=broker",
                        "spring.ssl.bundle.jks.broker.truststore.location=file:" + broker.trustStore(),
                        "spring.ssl.bundle.jks.broker.truststore.password=" + broker.password(),
                        "spring.ssl.bundle.jks.broker.truststore.type=PKCS12"));
    }

    @Test
    void tls_with_a_trust_store() {
        connects(tls().withPropertyValues(
                        "spring.rabbitmq.ssl.enabled=true",
                        "spring.rabbitmq.ssl.trust-store=file:" + broker.trustStore(),
                        "spring.rabbitmq.ssl.trust-store-password=" + broker.password(),
                        "spring.rabbitmq.ssl.trust-store-type=PKCS12"));
    }

    @Test
    void tls_whose_issuer_nobody_trusts_is_refused_whatever_is_switched_off() {
        tls().withPropertyValues(
                        "spring.rabbitmq.ssl.enabled=true",
                        "spring.rabbitmq.ssl.validate-server-certificate=false",
                        "spring.rabbitmq.ssl.verify-hostname=false")
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("TLS failed"));
    }

    private static ApplicationContextRunner tls() {
        int port = java.net.URI.create(broker.tlsUri()).getPort();
        return service().withPropertyValues("spring.rabbitmq.host=127.0.0.1", "spring.rabbitmq.port=" + port);
    }

    @Test
    void connection_details_of_spring_boot_count_more_than_properties() {
        connects(service()
                .withPropertyValues("spring.rabbitmq.host=nowhere.invalid")
                .withBean("details", detailsType(), BrokerTest::details));
    }

    @SuppressWarnings("unchecked")
    private static Class<Object> detailsType() {
        return (Class<Object>) Stream.of(
                        "org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails",
                        "org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails")
                .filter(name -> ClassUtils.isPresent(name, null))
                .map(name -> ClassUtils.resolveClassName(name, null))
                .findFirst()
                .orElseThrow();
    }

    private static Object details() {
        return Proxy.newProxyInstance(
                BrokerTest.class.getClassLoader(),
                new Class<?>[] {detailsType()},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getAddresses" ->
                        List.of(ClassUtils.resolveClassName(detailsType().getName() + "$Address", null)
                                .getConstructor(String.class, int.class)
                                .newInstance("127.0.0.1", broker.port()));
                    case "getUsername" -> broker.user();
                    case "getPassword" -> broker.password();
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> "details";
                    default -> null;
                });
    }

    @Test
    void a_service_may_start_without_its_broker_and_connects_when_it_is_there() {
        try (TcpProxy proxy = TcpProxy.to(broker.port())) {
            proxy.refuse();
            service()
                    .withPropertyValues(
                            "spring.rabbitmq.host=127.0.0.1",
                            "spring.rabbitmq.port=" + proxy.port(),
                            "troth.rabbitmq.start-timeout=100ms",
                            "troth.rabbitmq.start-without-broker=true")
                    .run(context -> {
                        Troth troth = context.getBean(Troth.class);
                        assertThat(troth.health().transportConnected()).isFalse();

                        proxy.heal();

                        Waiting.until(() -> troth.health().transportConnected());
                    });
        }
    }

    @Test
    void a_service_on_mariadb_keeps_its_decisions_there() {
        MariaDbServer mariaDb = MariaDbServer.shared().start();
        service()
                .withPropertyValues(
                        "spring.datasource.url=" + mariaDb.freshDatabase(), "spring.rabbitmq.port=" + broker.port())
                .run(context -> {
                    Troth troth = context.getBean(Troth.class);

                    assertThat(Services.commits(troth)).isTrue();
                    assertThat(troth.unfinished().decisions()).isPresent();
                    assertThat(troth.unfinished().outbox()).isPresent();
                });
    }
}
