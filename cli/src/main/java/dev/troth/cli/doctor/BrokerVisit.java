package dev.troth.cli.doctor;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Looks at a RabbitMQ: connects and declares as a service does, listens at an address of its own, and sends itself a message. */
public final class BrokerVisit {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String RIGHTS = "Whether the account may do that: \"Permissions\" in docs/rabbitmq.md.";

    private final RabbitOptions options;

    /** The broker at that URI, with the prefix that the services use. */
    public BrokerVisit(String uri, String prefix) {
        this.options = RabbitOptions.uri(uri).prefix(prefix).startTimeout(LIMIT);
    }

    /** Tells everything that is found, in order. */
    public void run(Consumer<Finding> tell) {
        try (RabbitTransport transport = RabbitTransport.connect(options)) {
            tell.accept(Finding.ok(
                    "broker",
                    options + ": connected; exchange and dead-letter queue are there, declared now if they were not"));
            roundTrip(transport, tell);
        } catch (TransportException e) {
            Throwable why = e.getCause() == null ? e : e.getCause(); // without what it means for a service that starts
            tell.accept(Finding.fail("broker", String.valueOf(why.getMessage()), ""));
        }
    }

    private static void roundTrip(RabbitTransport transport, Consumer<Finding> tell) {
        Address self = new Address.Instance("doctor", token());
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        Subscription subscription = transport.listen(self, 1, delivery -> {
            delivery.ack();
            arrived.complete(null);
        });
        try {
            long start = System.nanoTime();
            Sent sent = transport.send(self, message()).toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            arrived.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            tell.accept(Finding.ok("messages", "one to itself came back after " + millis + " ms, " + sent));
        } catch (ExecutionException | TimeoutException e) {
            tell.accept(Finding.fail("messages", "a message to itself did not come back: " + e, RIGHTS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            subscription.close();
        }
    }

    private static Envelope message() {
        return new Envelope(
                "DOCTOR", "doctor-" + token(), "doctor", "text/plain", LIMIT, false, Map.of(), new byte[] {'?'});
    }

    private static String token() {
        RandomGenerator random = RandomGenerator.getDefault();
        StringBuilder token = new StringBuilder();
        while (token.length() < 8) {
            token.append(Character.forDigit(random.nextInt(36), 36));
        }
        return token.toString();
    }
}
