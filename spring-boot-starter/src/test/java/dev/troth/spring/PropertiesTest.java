package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.spring.TrothProperties.Tables;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.util.unit.DataSize;

class PropertiesTest {
    @Test
    void nothing_has_to_be_set() {
        Services.small().run(context -> {
            TrothProperties properties = context.getBean(TrothProperties.class);

            assertThat(properties.service()).isNull();
            assertThat(properties.timeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(properties.concurrency()).isEqualTo(64);
            assertThat(properties.waiting()).isEqualTo(10_000);
            assertThat(properties.payloadLimit()).isEqualTo(DataSize.ofMegabytes(1));
            assertThat(properties.patience()).isEqualTo(Duration.ofSeconds(1));
            assertThat(properties.rabbitmq().prefix()).isEqualTo("troth");
            assertThat(properties.rabbitmq().startWithoutBroker()).isFalse();
            assertThat(properties.health().inDoubtAfter()).isEqualTo(Duration.ofMinutes(1));
            assertThat(properties.metrics().interval()).isEqualTo(Duration.ofSeconds(10));
        });
    }

    @Test
    void tables_are_checked_unless_they_are_to_be_created() {
        Services.bare()
                .withPropertyValues("spring.datasource.url=jdbc:h2:mem:empty", "troth.transport=in-process")
                .run(context -> assertThat(context).hasFailed());
        Services.small()
                .run(context -> assertThat(
                                context.getBean(TrothProperties.class).tables())
                        .isEqualTo(Tables.CREATE));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            timeout, 2h, troth.timeout is between 1ms and 1h
            timeout, 0s, troth.timeout is between 1ms and 1h
            concurrency, 0, troth.concurrency is at least 1
            waiting, -1, troth.waiting is at least 0
            payload-limit, 0B, troth.payloadLimit is between 1B and 512MB
            payload-limit, 1GB, troth.payloadLimit is between 1B and 512MB
            patience, 1ms, troth.patience is between 10ms and 1m
            service, Blog, 'troth.service is a lower-case letter and up to 23 lower-case letters, digits or dashes'
            rabbitmq.prefix, amq.troth, 'troth.rabbitmq.prefix has 1 to 100 letters'
            rabbitmq.start-timeout, 2d, troth.rabbitmq.startTimeout is between 1ms and 24h
            health.in-doubt-after, 0s, troth.health.inDoubtAfter is between 1s and 365d
            metrics.interval, 2h, troth.metrics.interval is between 1s and 1h
            """)
    void a_value_that_cannot_work_ends_the_start_with_the_rule(String property, String value, String rule) {
        Services.small().withPropertyValues("troth." + property + "=" + value).run(context -> {
            assertThat(context).hasFailed();
            BindValidationException failure = cause(context.getStartupFailure());
            assertThat(failure.getValidationErrors().getAllErrors())
                    .singleElement()
                    .satisfies(error -> assertThat(error.getDefaultMessage()).startsWith(rule));
            assertThat(failure.getMessage()).contains("troth");
        });
    }

    private static BindValidationException cause(@org.jspecify.annotations.Nullable Throwable failure) {
        Throwable at = Objects.requireNonNull(failure);
        while (!(at instanceof BindValidationException found)) {
            at = Objects.requireNonNull(at.getCause(), "no BindValidationException");
        }
        return found;
    }

    @Test
    void every_property_is_described_for_editors() throws Exception {
        try (InputStream in =
                TrothProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            JsonNode metadata = new ObjectMapper().readTree(Objects.requireNonNull(in));
            List<JsonNode> properties = StreamSupport.stream(
                            metadata.get("properties").spliterator(), false)
                    .filter(property -> property.get("name").asText().startsWith("troth."))
                    .toList();

            assertThat(properties).hasSizeGreaterThanOrEqualTo(17).allSatisfy(property -> {
                assertThat(property.get("description")).as(property.toString()).isNotNull();
                assertThat(property.get("type")).as(property.toString()).isNotNull();
            });
            assertThat(properties)
                    .filteredOn(property -> property.get("name").asText().equals("troth.patience"))
                    .singleElement()
                    .satisfies(property ->
                            assertThat(property.get("defaultValue").asText()).isEqualTo("1s"));
        }
    }
}
