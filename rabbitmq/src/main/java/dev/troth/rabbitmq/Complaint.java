package dev.troth.rabbitmq;

import com.rabbitmq.client.ShutdownSignalException;
import org.slf4j.Logger;

/** Says what fails, once at warn and again only when it fails for another reason: what is tried every second would fill the log. */
final class Complaint {
    private final Logger log;
    private volatile String last = "";

    Complaint(Logger log) {
        this.log = log;
    }

    void about(String doing, BrokerUri broker, Exception failure) {
        String cause = failure.getMessage() == null && failure.getCause() != null
                ? String.valueOf(failure.getCause().getMessage())
                : String.valueOf(failure.getMessage());
        if (cause.equals(last)) {
            log.debug("{} failed again", doing, failure);
        } else {
            log.warn("{} failed broker=\"{}\" cause=\"{}\": it is tried again", doing, broker, cause);
        }
        last = cause;
    }

    /** Why a channel or connection ended, with what the broker or the socket said. */
    static String cause(ShutdownSignalException signal) {
        Throwable below = signal.getCause();
        return signal.getMessage() + (below == null ? "" : " (" + below + ")");
    }

    /** It works again. */
    void settled() {
        last = "";
    }

    /** The last reason, or "" if there is none. */
    @Override
    public String toString() {
        return last;
    }
}
