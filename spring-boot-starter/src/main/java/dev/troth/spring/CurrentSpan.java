package dev.troth.spring;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The span that this thread is in, as W3C Trace Context writes it; "" if there is none. */
record CurrentSpan(ObjectProvider<Tracer> tracer) implements Supplier<String> {
    private static final String NO_HIGH_HALF = "0".repeat(16);

    @Override
    public String get() {
        Tracer tracing = tracer.getIfAvailable();
        Span span = tracing == null ? null : tracing.currentSpan();
        return span == null ? "" : traceparent(span.context());
    }

    /** A trace id of 64 bits, as older tracers have it, is the lower half of one of 128. */
    private static String traceparent(@Nullable TraceContext context) {
        if (context == null || context.traceId().isEmpty()) {
            return "";
        }
        String traceId = context.traceId();
        return "00-" + (traceId.length() == 16 ? NO_HIGH_HALF + traceId : traceId) + "-" + context.spanId()
                + (Boolean.TRUE.equals(context.sampled()) ? "-01" : "-00");
    }
}
