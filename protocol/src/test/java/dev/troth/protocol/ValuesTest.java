package dev.troth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private static final Gid GID = new Gid("blog", "k3f9q2", "x7w2m4pq", Instant.ofEpochMilli(1_790_000_000_123L), 82);

    private static Payload payload(String kind, String contentType, int... body) {
        byte[] bytes = new byte[body.length];
        for (int i = 0; i < body.length; i++) {
            bytes[i] = (byte) body[i];
        }
        return new Payload(kind, contentType, bytes);
    }

    @Test
    void payloads_are_equal_by_kind_type_and_bytes() {
        Payload one = payload("note", "text/plain", 1, 2);

        assertThat(one)
                .isEqualTo(payload("note", "text/plain", 1, 2))
                .hasSameHashCodeAs(payload("note", "text/plain", 1, 2));
        assertThat(one)
                .isNotEqualTo(payload("other", "text/plain", 1, 2))
                .isNotEqualTo(payload("note", "text/html", 1, 2))
                .isNotEqualTo(payload("note", "text/plain", 1, 3))
                .isNotEqualTo("note");
        assertThat(one.hashCode())
                .isNotEqualTo(payload("note", "text/plain", 1, 3).hashCode());
        assertThat(one.hashCode())
                .isNotEqualTo(payload("other", "text/plain", 1, 2).hashCode());
        assertThat(one).hasToString("note (text/plain, 2 bytes)");
    }

    @Test
    void payload_names_are_printable_and_bounded() {
        assertThatCode(() -> payload("!~" + "x".repeat(Payload.MAX_NAME - 2), "a"))
                .doesNotThrowAnyException();
        for (String wrong : List.of("", " ", "a b", "x".repeat(Payload.MAX_NAME + 1), "\u007f", "ä")) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> payload(wrong, "text/plain"));
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> payload("note", wrong));
        }
    }

    @Test
    void branch_numbers_are_bounded() {
        assertThat(new BranchId(GID, 0)).hasToString(GID + "/0");
        assertThat(BranchId.parse(GID + "/0").number()).isZero();
        assertThat(new BranchId(GID, BranchId.MAX_BRANCHES - 1).number()).isEqualTo(999);
        assertThatIllegalArgumentException().isThrownBy(() -> new BranchId(GID, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BranchId(GID, BranchId.MAX_BRANCHES));
    }

    @Test
    void transaction_numbers_and_deadlines_start_at_zero() {
        assertThat(new Gid("blog", "k3f9q2", "x7w2m4pq", Instant.EPOCH, 0).toString())
                .endsWith(".0.0");
    }

    @Test
    void a_commit_record_names_the_branches_that_are_owed() {
        Vote.Voter voter = new Vote.Voter(new Address.Instance("review", "abcdefgh"), "store1");
        CommitRecord.Owed owed = new CommitRecord.Owed(7, "search", voter);

        assertThat(new CommitRecord(GID, "", List.of(owed), "").numbers()).containsExactly(7);
        assertThat(owed.branch(GID)).isEqualTo(new BranchId(GID, 7));
    }

    @Test
    void identities_and_refusals_say_what_they_are() {
        assertThat(Name.checkToken("store1")).isEqualTo("store1");
        assertThat(new Refusal(Refusal.Reason.CONFLICT, "deadlock")).hasToString("CONFLICT: deadlock");
    }

    @Test
    void text_from_outside_is_cut_only_when_it_is_too_long() {
        assertThat(Text.clip("1234", 4)).isEqualTo("1234");
        assertThat(Text.clip("12345", 4)).isEqualTo("1234…");
        assertThat(Text.quote("a\nb")).isEqualTo("a.b");
    }
}
