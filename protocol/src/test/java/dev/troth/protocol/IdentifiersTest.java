package dev.troth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentifiersTest {
    private static final Gid GID = new Gid("blog", "k3f9q2", "x7w2m4pq", Instant.ofEpochMilli(1_790_000_000_123L), 82);

    @Test
    void a_gid_comes_back_from_its_text() {
        assertThat(GID).hasToString("blog.k3f9q2.x7w2m4pq.mubbs7ln.2a");
        assertThat(Gid.parse(GID.toString())).isEqualTo(GID);
    }

    @Test
    void a_gid_says_who_can_answer_for_it() {
        assertThat(GID.coordinator()).hasToString("instance.blog.x7w2m4pq");
        assertThat(GID.decisionLog()).hasToString("log.blog");
    }

    @Test
    void the_longest_gid_fits_an_xa_id() {
        Gid longest = new Gid(
                "a".repeat(Name.MAX_LENGTH),
                "zzzzzz",
                "zzzzzzzz",
                Instant.ofEpochMilli(101_559_956_668_415L),
                2_821_109_907_455L);

        assertThat(longest.toString()).hasSizeLessThanOrEqualTo(Gid.MAX_LENGTH);
        assertThat(Gid.parse(longest.toString())).isEqualTo(longest);
    }

    @Test
    void text_that_is_not_a_gid_is_refused() {
        for (String text : List.of(
                "",
                "blog",
                "blog.k3f9q2.x7w2m4pq.mubbs7ln",
                "Blog.k3f9q2.x7w2m4pq.mubbs7ln.2a",
                "blog.k3f9q2.x7w2m4pq.mubbs7ln.2a.1",
                "blog.k3f9q2.x7w2m4pq.mubbs7ln.02a",
                "blog.k3f9q2.x7w2m4pq.0mubbs7ln.2a",
                "blog.k3f9q2.x7w2m4pq.mubbs7ln.-1",
                "blog.k3f9q.x7w2m4pq.mubbs7ln.2a",
                "blog';--.k3f9q2.x7w2m4pq.mubbs7ln.2a",
                "blog.k3f9q2.x7w2m4pq.mubbs7ln.2a\n",
                "b".repeat(100))) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Gid.parse(text));
        }
    }

    @Test
    void a_branch_id_comes_back_from_its_text() {
        assertThat(BranchId.parse(GID + "/12")).isEqualTo(new BranchId(GID, 12));
        for (String text :
                List.of("", "/", GID.toString(), GID + "/", GID + "/-1", GID + "/007", GID + "/1000", "x/1")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> BranchId.parse(text));
        }
    }

    @Test
    void an_address_comes_back_from_its_text() {
        for (Address address : List.of(
                new Address.Participant("review"), new Address.Log("blog"), new Address.Instance("blog", "x7w2m4pq"))) {
            assertThat(Address.parse(address.toString())).isEqualTo(address);
        }
        for (String text : List.of("", "log", "log.", "log.a.b", "queue.a", "instance.blog", "participant.Big")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Address.parse(text));
        }
    }

    @Test
    void owed_branches_come_back_from_their_text() {
        Vote.Voter voter = new Vote.Voter(new Address.Instance("review", "abcdefgh"), "store1");
        CommitRecord commit = new CommitRecord(
                GID,
                "submit-blog",
                List.of(new CommitRecord.Owed(0, "review", voter), new CommitRecord.Owed(7, "search", voter)),
                "");

        assertThat(CommitRecord.parseOwed(commit.owedText())).isEqualTo(commit.owed());
        assertThat(CommitRecord.parseOwed("")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> CommitRecord.parseOwed("0 review review abcdefgh"));
    }

    @Test
    void a_refusal_is_cut_and_cleaned_because_it_travels_and_is_logged() {
        Refusal refusal = new Refusal(Refusal.Reason.ERROR, "line\nbreak" + "x".repeat(5000));

        assertThat(refusal.message()).startsWith("line.break").hasSizeLessThanOrEqualTo(Refusal.MAX_MESSAGE + 1);
    }

    @Test
    void payload_names_hold_nothing_that_breaks_a_header() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Payload("", "text/plain", new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Payload("a b", "text/plain", new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Payload("a\n", "text/plain", new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Payload("x".repeat(101), "text/plain", new byte[0]));
    }

    @Test
    void a_decision_without_those_who_have_reported_is_owed_to_the_rest() {
        Vote.Voter voter = new Vote.Voter(new Address.Instance("review", "ab12cd34"), "store1");
        CommitRecord.Owed first = new CommitRecord.Owed(0, "review", voter);
        CommitRecord.Owed second = new CommitRecord.Owed(2, "search", voter);
        Gid gid = new Gid("blog", "k3f9q2", "x7w2m4pq", Instant.EPOCH, 1);
        CommitRecord commit = new CommitRecord(gid, "submit", List.of(first, second), "trace");

        assertThat(commit.without(Set.of(0))).isEqualTo(new CommitRecord(gid, "submit", List.of(second), "trace"));
        assertThat(commit.without(Set.of(1))).isEqualTo(commit);
    }

    @Test
    void names_and_tokens_are_what_their_rules_say_for_every_character() {
        for (char c = 0; c < 300; c++) {
            String name = "a" + c;
            String token = "abcde" + c;
            assertThat(isRight(() -> Name.check(name))).as(name).isEqualTo(name.matches("[a-z][a-z0-9-]{0,23}"));
            assertThat(isRight(() -> Name.checkToken(token))).as(token).isEqualTo(token.matches("[a-z0-9]{6,10}"));
        }
        for (String text : List.of(
                "", "a", "-a", "1a", "A", "a".repeat(24), "a".repeat(25), "12345", "1234567890", "12345678901")) {
            assertThat(isRight(() -> Name.check(text))).as(text).isEqualTo(text.matches("[a-z][a-z0-9-]{0,23}"));
            assertThat(isRight(() -> Name.checkToken(text))).as(text).isEqualTo(text.matches("[a-z0-9]{6,10}"));
        }
    }

    private static boolean isRight(Runnable check) {
        try {
            check.run();
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }
}
