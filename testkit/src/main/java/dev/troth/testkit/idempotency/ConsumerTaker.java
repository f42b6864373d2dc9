package dev.troth.testkit.idempotency;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands messages to a consumer of the user's. */
final class ConsumerTaker<M> implements Life.Taker<M> {
    private static final Logger log = LoggerFactory.getLogger(ConsumerTaker.class);

    private final IdempotencyProof.Consumer<M> consumer;

    ConsumerTaker(IdempotencyProof.Consumer<M> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void take(Sample<M> sample) throws Exception {
        consumer.consume(sample.message());
    }

    @Override
    public void close() {
        if (consumer instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception | ConsumerCrash e) {
                log.debug("A consumer did not close", e);
            }
        }
    }
}
