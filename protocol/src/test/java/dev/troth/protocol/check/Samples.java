package dev.troth.protocol.check;

import dev.troth.protocol.Address;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import java.time.Duration;
import java.time.Instant;

/** The values that stand for all others: the rules look at none of them. */
final class Samples {
    static final Instant DEADLINE = Instant.ofEpochMilli(1_000_000);
    static final Duration MARGIN = Duration.ofMinutes(1);
    static final Gid GID = new Gid("blog", "k3f9q2", "x7w2m4pq", DEADLINE, 1);
    static final Address.Instance INITIATOR = new Address.Instance("blog", "x7w2m4pq");
    static final String PARTICIPANT = "review";
    static final Refusal REFUSAL = new Refusal(Refusal.Reason.REFUSED, "no");
    static final Vote YES =
            new Vote.Yes(Payload.NOTHING, new Vote.Voter(new Address.Instance("review", "abcdefgh"), "store1"));
    static final Vote READ_ONLY = new Vote.ReadOnly(Payload.NOTHING);
    static final Vote NO = new Vote.No(REFUSAL);

    private Samples() {}
}
