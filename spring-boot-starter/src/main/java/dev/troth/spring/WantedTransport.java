package dev.troth.spring;

import dev.troth.spring.TrothProperties.TransportKind;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/** Which transport {@code troth.transport} asks for; where it says nothing, RabbitMQ if its transport is there. */
final class WantedTransport {
    private static final String OVER_RABBIT = "dev.troth.rabbitmq.RabbitTransport";

    private WantedTransport() {}

    private static TransportKind wanted(ConditionContext context) {
        return Binder.get(context.getEnvironment())
                .bind("troth.transport", TransportKind.class)
                .orElseGet(() -> rabbitIsThere(context) ? TransportKind.RABBITMQ : TransportKind.IN_PROCESS);
    }

    private static boolean rabbitIsThere(ConditionContext context) {
        return ClassUtils.isPresent(OVER_RABBIT, context.getClassLoader());
    }

    /** Over RabbitMQ. */
    static final class Rabbit implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return wanted(context) == TransportKind.RABBITMQ && rabbitIsThere(context);
        }
    }

    /** Over RabbitMQ, and it is not there. */
    static final class RabbitInVain implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return wanted(context) == TransportKind.RABBITMQ && !rabbitIsThere(context);
        }
    }

    /** Inside this JVM. */
    static final class InProcess implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return wanted(context) == TransportKind.IN_PROCESS;
        }
    }
}
