package dev.troth.engine.wire;

import dev.troth.protocol.Address;
import dev.troth.protocol.Message;
import dev.troth.spi.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends protocol messages for one instance and counts them by type. */
public final class Sender {
    private static final Logger log = LoggerFactory.getLogger(Sender.class);

    private final Transport transport;
    private final Address.Instance self;
    private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();

    /** Creates it. */
    public Sender(Transport transport, Address.Instance self) {
        this.transport = transport;
        this.self = self;
    }

    /** The instance that this is. */
    public Address.Instance self() {
        return self;
    }

    /** Sends; the stage says what became of it. Never throws. */
    public CompletionStage<Transport.Sent> send(Address to, Message message, String traceparent, Duration timeToLive) {
        String type = WireFormat.typeOf(message);
        sent.computeIfAbsent(type, t -> new LongAdder()).increment();
        try {
            log.debug("to={} send={}", to, message);
            return transport.send(to, WireFormat.write(message, self, traceparent, timeToLive));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Sends what may get lost: recovery sends it again. Whether nobody was there to take it is said to {@code unroutable}. */
    public void sendLossy(Address to, Message message, String traceparent, Runnable unroutable) {
        send(to, message, traceparent, Duration.ofSeconds(30)).whenComplete((result, failure) -> {
            if (failure != null) {
                log.debug("to={} type={} not sent, recovery sends it again", to, WireFormat.typeOf(message), failure);
            } else if (result != Transport.Sent.ACCEPTED) {
                unroutable.run();
            }
        });
    }

    /** How many messages of each type were sent since the start. */
    public Map<String, Long> sentByType() {
        Map<String, Long> counts = new TreeMap<>();
        sent.forEach((type, count) -> counts.put(type, count.sum()));
        return counts;
    }
}
