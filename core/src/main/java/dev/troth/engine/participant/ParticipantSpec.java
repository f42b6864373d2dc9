package dev.troth.engine.participant;

import dev.troth.spi.BranchStore;
import dev.troth.tx.Handler;
import java.util.Map;

/**
 * A participant as the engine needs it.
 *
 * @param name under which it is enlisted
 * @param store where its branches are prepared
 * @param handlers by the kind of command
 * @param concurrency how many handlers may run at once
 */
public record ParticipantSpec(String name, BranchStore store, Map<String, HandlerEntry<?>> handlers, int concurrency) {

    /** Copies the map. */
    public ParticipantSpec {
        handlers = Map.copyOf(handlers);
    }

    /**
     * A handler and the type that it takes.
     *
     * @param type the command's type
     * @param handler handles it
     */
    public record HandlerEntry<C>(Class<C> type, Handler<C, ?> handler) {}
}
