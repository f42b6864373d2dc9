package dev.troth.engine.runtime;

import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionListener;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener of every change of state; a listener that throws hurts nobody. */
public final class Events {
    private static final Logger log = LoggerFactory.getLogger(Events.class);

    private final List<TransactionListener> listeners;

    /** Creates it. */
    public Events(List<TransactionListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Tells them. */
    public void tell(TransactionEvent event) {
        log.debug("gid={} event={}", event.gid(), event);
        for (TransactionListener listener : listeners) {
            try {
                listener.on(event);
            } catch (Throwable e) { // whatever a listener does, the transaction goes on
                log.warn(
                        "code=TROTH-0902 gid={} A listener failed on {}; the transaction goes on",
                        event.gid(),
                        event,
                        e);
            }
        }
    }
}
