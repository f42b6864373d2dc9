package dev.troth.spring;

import dev.troth.spi.TransportException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do when the broker is away at the start, or refuses. */
final class TransportFailureAnalyzer extends AbstractFailureAnalyzer<TransportException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TransportException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Where the broker is, is said by spring.rabbitmq.host, port, addresses, virtual-host, username, password and ssl.*"
                        + " (docs/spring.md says what else is honoured). To start while it is away, and keep trying, add"
                        + " troth.rabbitmq.start-without-broker=true; for several databases of this one JVM, which need no broker,"
                        + " troth.transport=in-process.",
                cause);
    }
}
