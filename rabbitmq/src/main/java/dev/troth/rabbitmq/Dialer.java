package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connections of one line (publishing or listening), one after the other, and can hang up whatever state the current
 * one is in: the client library's own close waits for a lock that a blocked write holds.
 */
final class Dialer {
    private static final int RPC_MILLIS = 5_000;
    private static final int CLOSE_MILLIS = 2_000;
    /** The largest that a broker can be configured to pass; what is too large for us is dead-lettered, not a reason to reconnect. */
    private static final int MAX_BODY = (512 << 20) + 1;

    private final BrokerUri broker;
    private final String name;
    private final ConnectionFactory factory;
    private final Threads threads;
    private volatile @Nullable Socket socket;

    Dialer(RabbitOptions options, String purpose, Threads threads) {
        this.broker = options.broker();
        this.name = options.prefix() + ' ' + purpose;
        this.threads = threads;
        this.factory = factory(options, purpose);
    }

    private ConnectionFactory factory(RabbitOptions options, String purpose) {
        ConnectionFactory made = new ConnectionFactory();
        made.setUsername(broker.user());
        made.setPassword(broker.password());
        made.setVirtualHost(broker.virtualHost());
        made.setAutomaticRecoveryEnabled(false);
        made.setTopologyRecoveryEnabled(false);
        int connectMillis = (int)
                Math.max(1, Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis()));
        made.setConnectionTimeout(connectMillis);
        made.setHandshakeTimeout(connectMillis);
        made.setShutdownTimeout(CLOSE_MILLIS);
        made.setChannelRpcTimeout(RPC_MILLIS);
        made.setRequestedHeartbeat((int) options.heartbeat().toSeconds());
        made.setMaxInboundMessageBodySize(MAX_BODY);
        made.setThreadFactory(threads.io());
        made.setSharedExecutor(threads.workers());
        made.setShutdownExecutor(threads.shutdown());
        made.setExceptionHandler(new QuietExceptions());
        made.setSocketConfigurator(dialed -> {
            dialed.setTcpNoDelay(true);
            socket = dialed;
        });
        if (broker.tls()) {
            made.useSslProtocol(options.sslContext().orElseGet(Dialer::defaultContext));
            made.enableHostnameVerification();
        }
        Map<String, Object> properties = new HashMap<>(made.getClientProperties());
        properties.put("product", "Troth");
        properties.put("troth_purpose", purpose);
        made.setClientProperties(properties);
        return made;
    }

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "This JVM has no default SSLContext. Give one to RabbitOptions.sslContext.", e);
        }
    }

    /** Connects, to the first of the broker's hosts that answers. */
    Connection dial() throws DialException {
        try {
            return factory.newConnection(broker.hosts(), name);
        } catch (IOException | TimeoutException | RuntimeException e) {
            throw explain(e);
        } catch (Error e) { // such as: no thread left to read with
            hangUp();
            throw e;
        }
    }

    /** Closes the connection, by force when it does not answer within 2 s. */
    void close(Connection connection) {
        Future<?> force = threads.unlessCancelled(this::hangUp, CLOSE_MILLIS);
        if (force == null) {
            hangUp();
        }
        connection.abort(CLOSE_MILLIS);
        if (force != null) {
            force.cancel(false);
        }
    }

    /** Tears the current connection down, or the attempt to make one. */
    void hangUp() {
        Socket current = socket;
        if (current != null) {
            try {
                current.setSoLinger(true, 0);
            } catch (SocketException alreadyClosed) {
                // nothing lingers then
            }
            try {
                current.close();
            } catch (IOException e) {
                throw new IllegalStateException("closing a socket failed, which leaves it to the operating system", e);
            }
        }
    }

    private DialException explain(Exception failure) {
        String where = "Cannot connect to RabbitMQ at " + broker + ": ";
        if (failure instanceof AuthenticationFailureException
                || failure instanceof PossibleAuthenticationFailureException) {
            return new DialException(
                    where
                            + "the broker refuses user or password. Check both in the URI; `rabbitmqctl authenticate_user "
                            + broker.user() + "` tells whether they are right",
                    true,
                    failure);
        }
        AMQP.Connection.@Nullable Close close = closeReason(failure);
        if (close != null
                && (close.getReplyCode() == AMQP.NOT_ALLOWED || close.getReplyCode() == AMQP.ACCESS_REFUSED)) {
            return new DialException(
                    where + "the broker answers '" + close.getReplyText() + "'. Create the virtual host (`rabbitmqctl"
                            + " add_vhost`) or give the user rights there (`rabbitmqctl set_permissions`)",
                    true,
                    failure);
        }
        if (failure instanceof SSLException) {
            return new DialException(
                    where + "TLS failed (" + failure.getMessage()
                            + "). The port must speak TLS, its certificate must be valid"
                            + " for this host name, and its issuer trusted: RabbitOptions.sslContext",
                    true,
                    failure);
        }
        return new DialException(
                where + failure.getClass().getSimpleName()
                        + (failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")")
                        + ". Start the broker, or check host and port",
                false,
                failure);
    }

    private static AMQP.Connection.@Nullable Close closeReason(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ShutdownSignalException signal
                    && signal.getReason() instanceof AMQP.Connection.Close close) {
                return close;
            }
        }
        return null;
    }
}
