package dev.troth.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a service says of Troth in its configuration.
 *
 * @param service its name; {@code spring.application.name} unless it is set
 * @param dataSource the bean that is the data source with the decision log; not needed where there is one, or a primary one
 * @param transport how messages travel; RabbitMQ if troth-rabbitmq is on the class path, unless it is set
 * @param tables what is done about Troth's tables at the start
 * @param timeout from a transaction's first enlist to its decision, unless Spring's transaction has a time-out of its own
 * @param concurrency how many transactions may run at once by {@code transact}
 * @param patience how long a branch in doubt waits before it asks, and recovery before it tries again
 */
@ConfigurationProperties("troth")
public record TrothProperties(
        @Nullable String service,
        @Nullable String dataSource,
        @Nullable TransportKind transport,
        @DefaultValue("check") Tables tables,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("64") int concurrency,
        @DefaultValue("1s") Duration patience) {

    /** How messages travel. */
    public enum TransportKind {
        /** Over the broker of {@code spring.rabbitmq.*}. */
        RABBITMQ,
        /** Inside this JVM, for several databases of one service. */
        IN_PROCESS
    }

    /** What is done about the tables at the start. */
    public enum Tables {
        /** They are there; if one is missing, the service does not start. */
        CHECK,
        /** What is missing is created. For development. */
        CREATE
    }
}
