package dev.troth.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * What a service says of Troth in its configuration. A value that Troth cannot work with ends the start, with the property, the value, where it
 * was set, and what is allowed.
 *
 * @param service its name; {@code spring.application.name} unless it is set
 * @param dataSource the bean that is the data source with the decision log; not needed where there is one, or a primary one
 * @param transport how messages travel; RabbitMQ if troth-rabbitmq is on the class path, unless it is set
 * @param tables what is done about Troth's tables at the start
 * @param timeout from a transaction's first enlist to its decision, unless Spring's transaction has a time-out of its own; at most 1h
 * @param concurrency how many transactions may run at once by {@code transact}
 * @param waiting how many more may wait to be run by {@code transact}; beyond them they are refused, having done nothing
 * @param payloadLimit the largest command, answer or event
 * @param patience how long a branch in doubt waits before it asks, and recovery before it tries again; 10ms to 1m
 * @param rabbitmq how RabbitMQ is used; where it is, is said by {@code spring.rabbitmq.*}
 * @param health what is a finding
 * @param metrics what is measured
 */
@ConfigurationProperties("troth")
public record TrothProperties(
        @Nullable String service,
        @Nullable String dataSource,
        @Nullable TransportKind transport,
        @DefaultValue("check") Tables tables,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("64") int concurrency,
        @DefaultValue("10000") int waiting,
        @DefaultValue("1MB") DataSize payloadLimit,
        @DefaultValue("1s") Duration patience,
        @DefaultValue Rabbitmq rabbitmq,
        @DefaultValue Health health,
        @DefaultValue Metrics metrics)
        implements Validator {

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

    /**
     * How RabbitMQ is used. What becomes part of the broker's queues has to be the same in every service that talks to this one.
     *
     * @param prefix the exchange's name and the beginning of every queue's name
     * @param queueType quorum queues are replicated; classic ones are faster and are not
     * @param queues through which queues requests to participants go
     * @param startWithoutBroker whether the service starts when the broker is away, and keeps trying; a broker that refuses is then only logged
     * @param startTimeout for how long a broker that is away is tried at the start, unless the service starts without; at most 1d
     */
    public record Rabbitmq(
            @DefaultValue("troth") String prefix,
            @DefaultValue("quorum") QueueType queueType,
            @DefaultValue("per-participant") Queues queues,
            @DefaultValue("false") boolean startWithoutBroker,
            @DefaultValue("10s") Duration startTimeout) {}

    /** The type of the broker's queues. */
    public enum QueueType {
        /** Replicated over the nodes of a cluster. */
        QUORUM,
        /** Durable, on one node. */
        CLASSIC
    }

    /** Through which queues requests to participants go. */
    public enum Queues {
        /** One for each participant. */
        PER_PARTICIPANT,
        /** One for each kind of command of a participant. */
        PER_KIND,
        /** Two for each transaction and participant. */
        PER_TRANSACTION
    }

    /**
     * What is a finding.
     *
     * @param inDoubtAfter a branch that has been prepared, or a decision that has been owed, for longer is one; at least 1s
     * @param outboxAfter a message that has waited in the outbox for longer is one; at least 1s
     */
    public record Health(
            @DefaultValue("1m") Duration inDoubtAfter,
            @DefaultValue("5m") Duration outboxAfter) {}

    /**
     * What is measured.
     *
     * @param interval how often the databases are asked what is unfinished, for meters and health; 1s to 1h
     */
    public record Metrics(@DefaultValue("10s") Duration interval) {}

    /** It checks itself. */
    @Override
    public boolean supports(Class<?> type) {
        return type == TrothProperties.class;
    }

    /** Says which values Troth cannot work with. */
    @Override
    public void validate(Object target, Errors errors) {
        PropertyRules.check((TrothProperties) target, errors);
    }
}
