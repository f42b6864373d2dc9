package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import dev.troth.Troth;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Real spans, of Brave. */
class TracesTest {
    /** The finished spans. */
    static final class Spans extends SpanHandler {
        final List<MutableSpan> finished = new CopyOnWriteArrayList<>();

        @Override
        public boolean end(TraceContext context, MutableSpan span, Cause cause) {
            finished.add(span);
            return true;
        }

        Map<String, MutableSpan> byName() {
            return finished.stream().collect(Collectors.toMap(MutableSpan::name, span -> span));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Traced {
        @Bean
        Spans spans() {
            return new Spans();
        }

        @Bean
        CrashPoints points() {
            return new CrashPoints();
        }

        @Bean
        AtomicReference<String> seen() {
            return new AtomicReference<>("");
        }

        @Bean
        TrothBuilderCustomizer notes(
                CrashPoints points,
                AtomicReference<String> seen,
                org.springframework.beans.factory.ObjectProvider<Tracer> tracer) {
            return builder -> Services.notes(Services.branches(), (note, branch) -> {
                        branch.connection().createStatement().execute("CREATE TABLE noted (i int)");
                        var span = tracer.getObject().currentSpan();
                        seen.set(span == null ? "" : span.context().traceId());
                    })
                    .customize(builder.probe(points));
        }
    }

    @Test
    void the_trace_of_a_request_goes_on_in_the_handler_and_in_the_commit_of_its_branch() {
        try (ConfigurableApplicationContext context = Services.start(
                PostgresServer.shared().freshDatabase(),
                Traced.class,
                "spring.application.name=blog",
                "troth.transport=in-process",
                "management.tracing.sampling.probability=1.0")) {
            ObservationRegistry registry = context.getBean(ObservationRegistry.class);

            Observation.createNotStarted("request", registry)
                    .observe(() -> context.getBean(Troth.class).transact("write-note", tx -> {
                        var unusedAnswer = tx.enlist("notes", new Services.NewNote("a"));
                        return 1;
                    }));
            context.getBean(CrashPoints.class).await(CrashPoint.AFTER_DONE_LOGGED);

            Map<String, MutableSpan> spans = context.getBean(Spans.class).byName();
            assertThat(spans.keySet()).contains("request", "notes prepare", "notes commit");
            MutableSpan request = java.util.Objects.requireNonNull(spans.get("request"));
            for (String name : List.of("notes prepare", "notes commit")) {
                MutableSpan step = java.util.Objects.requireNonNull(spans.get(name));
                assertThat(step.traceId()).as(name).isEqualTo(request.traceId());
                assertThat(step.parentId()).as(name).isEqualTo(request.id());
                assertThat(step.tags())
                        .as(name)
                        .containsEntry("participant", "notes")
                        .containsKey("troth.branch");
            }
            assertThat(context.getBean("seen", AtomicReference.class).get()).isEqualTo(request.traceId());
        }
    }

    @Test
    void without_a_span_there_is_no_trace_and_the_handler_begins_one() {
        try (ConfigurableApplicationContext context = Services.start(
                PostgresServer.shared().freshDatabase(),
                Traced.class,
                "spring.application.name=blog",
                "troth.transport=in-process",
                "management.tracing.sampling.probability=1.0")) {
            int unused = context.getBean(Troth.class).transact("write-note", tx -> {
                var unusedAnswer = tx.enlist("notes", new Services.NewNote("a"));
                return 1;
            });
            context.getBean(CrashPoints.class).await(CrashPoint.AFTER_BRANCH_COMMITTED);

            MutableSpan handler = java.util.Objects.requireNonNull(
                    context.getBean(Spans.class).byName().get("notes prepare"));

            assertThat(handler.parentId()).isNull();
        }
    }
}
