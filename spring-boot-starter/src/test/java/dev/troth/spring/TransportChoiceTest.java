package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.InProcessTransport;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;

class TransportChoiceTest {
    @ParameterizedTest
    @ValueSource(strings = {"in-process", "IN_PROCESS", "inProcess"})
    void a_service_that_says_so_stays_in_its_jvm_however_it_is_written(String value) {
        Services.small()
                .withPropertyValues("troth.transport=" + value)
                .run(context -> assertThat(context).hasSingleBean(InProcessTransport.class));
    }

    @Test
    void without_the_transport_over_rabbitmq_a_service_stays_in_its_jvm() {
        Services.small()
                .withPropertyValues("troth.transport=")
                .withClassLoader(new FilteredClassLoader(RabbitTransport.class))
                .run(context -> assertThat(context.getBean(Transport.class)).isInstanceOf(InProcessTransport.class));
    }

    @Test
    void rabbitmq_that_was_asked_for_and_is_not_there_is_an_error_and_never_another_transport() {
        Services.small()
                .withPropertyValues("troth.transport=rabbitmq")
                .withClassLoader(new FilteredClassLoader(RabbitTransport.class))
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("troth.transport=rabbitmq, and the transport over RabbitMQ is not on")
                        .hasStackTraceContaining("dev.troth:troth-rabbitmq"));
    }
}
