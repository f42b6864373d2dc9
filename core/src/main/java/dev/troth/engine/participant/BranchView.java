package dev.troth.engine.participant;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.BranchId;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.tx.Branch;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;

/** What a handler sees of its branch. The delivery can be read but not settled: that is the engine's business. */
record BranchView(BranchId id, BranchWork work, Delivery arrived) implements Branch {

    @Override
    public Connection connection() {
        return work.connection();
    }

    @Override
    public Instant deadline() {
        return id.gid().deadline();
    }

    @Override
    public Delivery delivery() {
        return new ReadOnlyDelivery(arrived);
    }

    private record ReadOnlyDelivery(Delivery arrived) implements Delivery {
        @Override
        public Envelope envelope() {
            return arrived.envelope();
        }

        @Override
        public boolean redelivered() {
            return arrived.redelivered();
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return arrived.unwrap(type);
        }

        @Override
        public void ack() {
            throw settledByEngine();
        }

        @Override
        public void release() {
            throw settledByEngine();
        }

        @Override
        public void deadLetter(String reason) {
            throw settledByEngine();
        }

        private static UnsupportedOperationException settledByEngine() {
            return new UnsupportedOperationException(
                    "The message of a branch is settled when the branch has voted. Return to vote"
                            + " yes, throw a RefusedException to vote no.");
        }
    }
}
