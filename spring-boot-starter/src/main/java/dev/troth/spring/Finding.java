package dev.troth.spring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How one part of Troth is, and what to do about it.
 *
 * @param status a status of Spring Boot's, or {@link #ATTENTION}
 * @param details values first, then what it means and what to do
 */
record Finding(String status, Map<String, Object> details) {
    static final String UP = "UP";
    static final String DOWN = "DOWN";
    static final String UNKNOWN = "UNKNOWN";

    /**
     * Somebody has to look at it, and neither a restart nor another instance would help: Spring Boot shows it, and leaves it out of the
     * aggregate unless {@code management.endpoint.health.status.order} names it.
     */
    static final String ATTENTION = "ATTENTION";

    Finding {
        details = new LinkedHashMap<>(details);
    }

    static Finding up() {
        return new Finding(UP, Map.of());
    }

    static Finding of(String status, String what, String action) {
        return new Finding(status, Map.of()).with("what", what).with("do", action);
    }

    Finding with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new Finding(status, more);
    }

    Finding with(String name, Duration value) {
        return with(name, value.toSeconds() + "s");
    }
}
