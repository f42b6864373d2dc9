package dev.troth.spring;

import dev.troth.TrothBuilder;

/**
 * A bean that adds to the service what no property says, before it starts: participants, subscribers, listeners, a codec. Several are
 * asked in their order.
 */
@FunctionalInterface
public interface TrothBuilderCustomizer {
    /** Changes the builder; transport, log and outbox, if there are any, are set already. */
    void customize(TrothBuilder builder);
}
