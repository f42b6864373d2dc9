package dev.troth.rabbitmq;

import com.rabbitmq.client.Connection;
import java.io.IOException;

/**
 * Makes plain connections of RabbitMQ's client library as {@link RabbitOptions} say: certificates and host names verified, no
 * automatic recovery, bounded waits, daemon threads named {@code troth-rabbit-…}. For what is built beside the transport.
 *
 * <p>Safe for use by several threads.
 */
public final class RabbitConnector implements AutoCloseable {
    private final RabbitOptions options;
    private final Threads threads;

    private RabbitConnector(RabbitOptions options, int handlers) {
        this.options = options;
        this.threads = new Threads(handlers);
    }

    /** No connection was made, and trying again is in vain until somebody changes something: the broker or TLS said no. */
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * A connector; nothing is connected yet.
     *
     * @param options where, as whom, with which TLS and heartbeat
     * @param virtualHost the virtual host, or "" for the one that the options' URI names
     * @param handlers how many threads run callbacks of consumers at most; {@link Integer#MAX_VALUE}: one for each that has work
     */
    public static RabbitConnector of(RabbitOptions options, String virtualHost, int handlers) {
        return new RabbitConnector(virtualHost.isEmpty() ? options : options.virtualHost(virtualHost), handlers);
    }

    /** The virtual host that it connects to. */
    public String virtualHost() {
        return options.broker().virtualHost();
    }

    /** A line that is not connected yet. Its purpose is shown in the broker's list of connections. */
    public Line line(String purpose) {
        return new Line(new Dialer(options, purpose, threads));
    }

    /** One connection at a time, which can be torn down whatever state it is in. */
    public static final class Line {
        private final Dialer dialer;

        Line(Dialer dialer) {
            this.dialer = dialer;
        }

        /**
         * Connects, to the first of the broker's hosts that answers; each step as long as the options say. The connection before it has to be over.
         *
         * @throws Refused if the broker refused, or TLS failed
         * @throws IOException if no host answered; trying again may help
         */
        public Connection connect() throws IOException {
            try {
                return dialer.dial();
            } catch (DialException e) {
                throw e.refused() ? new Refused(String.valueOf(e.getMessage()), e) : new IOException(e.getMessage(), e);
            }
        }

        /** Closes the connection, by force when it does not answer within 2 s. */
        public void close(Connection connection) {
            dialer.close(connection);
        }

        /** Tears the connection down, or the attempt to make one; at once. */
        public void hangUp() {
            dialer.hangUp();
        }
    }

    /** Ends the threads; waits at most 15 s for what they are doing. Its connections have to be closed before. */
    @Override
    public void close() {
        try {
            threads.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where and as whom, without the password. */
    @Override
    public String toString() {
        return "RabbitMQ at " + options.broker();
    }
}
