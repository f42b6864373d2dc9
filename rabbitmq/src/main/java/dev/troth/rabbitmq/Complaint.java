package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.ShutdownSignalException;
import org.slf4j.Logger;

/** Says what fails, once at warn and again only when it fails for another reason: what is tried every second would fill the log. */
final class Complaint {
    private final Logger log;
    private volatile String last = "";

    Complaint(Logger log) {
        this.log = log;
    }

    void about(String doing, BrokerUri broker, Throwable failure) {
        String cause = cause(failure);
        if (cause.equals(last)) {
            log.debug("{} failed again", doing, failure);
        } else {
            log.warn("code=TROTH-0701 {} failed broker=\"{}\" cause=\"{}\": it is tried again", doing, broker, cause);
        }
        last = cause;
    }

    /** Why something failed, with what is silent if something is. */
    static String cause(Throwable failure) {
        if (failure instanceof Error) {
            return failure.toString();
        }
        if (failure instanceof ChannelContinuationTimeoutException silent) {
            return "no answer to " + silent.getMethod().protocolMethodName()
                    + " within 5 s: the queue may have no leader, see rabbitmq-queues quorum_status";
        }
        return failure.getMessage() == null && failure.getCause() != null
                ? String.valueOf(failure.getCause().getMessage())
                : String.valueOf(failure.getMessage());
    }

    /** Why a channel or connection ended, with what the broker or the socket said. */
    static String cause(ShutdownSignalException signal) {
        if (signal.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        return String.valueOf(signal.getCause() == null ? signal.getMessage() : signal.getCause());
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
