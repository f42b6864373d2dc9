package dev.troth.spring;

import dev.troth.spi.Tracing;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Traces by Micrometer: what a message asks for is an observation, whose parent is the span that the message carries, and which measures how
 * long it takes as well.
 *
 * <p>{@code troth.handler} is a participant's handler, {@code troth.decision} the commit or rollback of its branch, {@code troth.listener} a
 * subscriber's handler.
 */
final class MicrometerTracing implements Tracing {
    private static final int MOST_KINDS = 100;

    private final ObjectProvider<ObservationRegistry> registry;
    private final Supplier<String> current;
    private final FewNames kinds = new FewNames(MOST_KINDS);

    /**
     * Creates it.
     *
     * @param current the traceparent of what the calling thread does, or ""
     */
    MicrometerTracing(ObjectProvider<ObservationRegistry> registry, Supplier<String> current) {
        this.registry = registry;
        this.current = current;
    }

    @Override
    public String current() {
        return current.get();
    }

    @Override
    public <T, X extends Exception> T within(Step step, Call<T, X> call) throws X {
        ObservationRegistry observing = registry.getIfAvailable(() -> ObservationRegistry.NOOP);
        Observation observation = Observation.createNotStarted(name(step), () -> context(step), observing)
                .contextualName(step.name() + " " + step.part().name().toLowerCase(Locale.ROOT));
        describe(observation, step);
        @SuppressWarnings("NullAway") // what the call returns is what comes back
        T value = observation.observeChecked(call::run);
        return value;
    }

    private static String name(Step step) {
        return switch (step.part()) {
            case PREPARE -> "troth.handler";
            case COMMIT, ROLLBACK -> "troth.decision";
            case EVENT -> "troth.listener";
        };
    }

    private static ReceiverContext<Map<String, String>> context(Step step) {
        ReceiverContext<Map<String, String>> context = new ReceiverContext<>(Map::get, Kind.CONSUMER);
        context.setCarrier(step.traceparent().isEmpty() ? Map.of() : Map.of("traceparent", step.traceparent()));
        return context;
    }

    private void describe(Observation observation, Step step) {
        boolean event = step.part() == Part.EVENT;
        observation.lowCardinalityKeyValue(event ? "subscriber" : "participant", step.name());
        if (event || step.part() == Part.PREPARE) {
            observation.lowCardinalityKeyValue("kind", kinds.of(step.kind()));
        } else {
            observation.lowCardinalityKeyValue("outcome", step.part() == Part.COMMIT ? "committed" : "rolled_back");
        }
        observation.highCardinalityKeyValue(event ? "troth.message" : "troth.branch", step.id());
    }
}
