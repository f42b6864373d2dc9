package dev.troth.bench.micro;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.message.Kind;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Vote;
import java.time.Instant;
import java.util.Optional;

/** Values as a transaction between services has them. */
final class Samples {
    static final Address.Instance COORDINATOR = new Address.Instance("blog", "x7w2m4pq");
    static final Vote.Voter VOTER = new Vote.Voter(new Address.Instance("reviews", "aaaaaaaa"), "k3f9q2");
    static final BranchId BRANCH =
            new BranchId(new Gid("blog", "k3f9q2", "x7w2m4pq", Instant.ofEpochMilli(1_800_000_000_000L), 90), 1);
    static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /** A command of about 500 bytes. */
    @Kind("new-review")
    record NewReview(long blog, String author, int stars, String content) {}

    static final NewReview COMMAND = new NewReview(4711, "somebody@example.org", 5, "x".repeat(420));

    private Samples() {}

    /** An envelope that has arrived. */
    record Arrived(Envelope envelope) implements Delivery {
        @Override
        public boolean redelivered() {
            return false;
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public void ack() {}

        @Override
        public void release() {}

        @Override
        public void deadLetter(String reason) {}
    }
}
