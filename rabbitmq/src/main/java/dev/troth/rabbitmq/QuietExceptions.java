package dev.troth.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs in our own words what the client library would log; whoever uses the connection logs that it was lost, and why. */
final class QuietExceptions extends ForgivingExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(QuietExceptions.class);

    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable failure) {
        log("connection", failure);
    }

    @Override
    protected void log(String message, Throwable failure) {
        if (failure instanceof IOException) {
            LOG.debug("client library failed in={}", message, failure);
        } else {
            LOG.error("client library failed in={}", message, failure);
        }
    }
}
