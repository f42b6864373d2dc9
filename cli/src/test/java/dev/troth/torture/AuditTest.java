package dev.troth.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An audit that finds nothing proves something only if it would find something. */
class AuditTest {
    private static final long SUM = 2 * TransferMaker.INITIAL;
    private static final Transfer TRANSFER =
            new Transfer(1, List.of(new Posting("alpha", 0, -10), new Posting("beta", 0, 10)));
    private static final Entry FROM = new Entry(1, "alpha", 0, -10, 1, 990);
    private static final Entry TO = new Entry(1, "beta", 0, 10, 1, 1_010);

    private static Seen seen(Transfer transfer, long began, long ended, Verdict verdict, Entry... lines) {
        return new Seen(transfer, "alpha", began, ended, verdict, List.of(lines), "");
    }

    private static Books books(Entry... entries) {
        List<Books.Account> accounts = new ArrayList<>();
        for (String bank : List.of("alpha", "beta")) {
            List<Entry> here =
                    List.of(entries).stream().filter(e -> e.bank().equals(bank)).toList();
            long amount = here.stream().mapToLong(Entry::amount).sum();
            accounts.add(new Books.Account(bank, 0, TransferMaker.INITIAL + amount, here.size()));
        }
        return new Books(accounts, List.of(entries));
    }

    private static List<String> audit(Books books, Seen... seen) {
        return Audit.of(books, List.of(seen), SUM);
    }

    @Test
    void an_acknowledged_transfer_that_is_there_is_well() {
        assertThat(audit(books(FROM, TO), seen(TRANSFER, 1, 2, Verdict.ACKNOWLEDGED, FROM, TO)))
                .isEmpty();
    }

    @Test
    void an_acknowledged_transfer_that_is_not_there_is_found() {
        assertThat(audit(books(), seen(TRANSFER, 1, 2, Verdict.ACKNOWLEDGED, FROM, TO)))
                .singleElement()
                .asString()
                .startsWith("acknowledged and not there");
    }

    @Test
    void a_client_that_was_told_another_balance_is_found() {
        Entry lie = new Entry(1, "beta", 0, 10, 1, 1_020);

        assertThat(audit(books(FROM, TO), seen(TRANSFER, 1, 2, Verdict.ACKNOWLEDGED, FROM, lie)))
                .singleElement()
                .asString()
                .startsWith("its client was told otherwise");
    }

    @Test
    void a_refused_transfer_that_is_there_is_found() {
        assertThat(audit(books(FROM, TO), seen(TRANSFER, 1, 2, Verdict.REFUSED)))
                .singleElement()
                .asString()
                .startsWith("refused and there");
    }

    @Test
    void an_unknown_transfer_may_be_there_or_not() {
        assertThat(audit(books(FROM, TO), seen(TRANSFER, 1, 2, Verdict.UNKNOWN)))
                .isEmpty();
        assertThat(audit(books(), seen(TRANSFER, 1, 2, Verdict.UNKNOWN))).isEmpty();
    }

    @Test
    void half_a_transfer_is_found_twice() {
        assertThat(audit(books(FROM), seen(TRANSFER, 1, 2, Verdict.UNKNOWN)))
                .hasSize(2)
                .anyMatch(text -> text.startsWith("the sum of all balances is 1990"))
                .anyMatch(text -> text.startsWith("there in part"));
    }

    @Test
    void what_nobody_asked_for_is_found() {
        assertThat(audit(books(FROM, TO))).singleElement().asString().startsWith("nobody asked for");
    }

    @Test
    void what_is_done_must_be_there() {
        assertThat(audit(books(), seen(TRANSFER, 1, 2, Verdict.DONE)))
                .singleElement()
                .asString()
                .startsWith("done and not there");
        assertThat(audit(books(FROM, TO), seen(TRANSFER, 1, 2, Verdict.DONE))).isEmpty();
    }

    @Test
    void an_answer_of_a_broken_service_is_found() {
        assertThat(audit(books(), seen(TRANSFER, 1, 2, Verdict.MISTAKE))).hasSize(1);
    }

    @Test
    void a_history_with_a_gap_or_another_end_is_found() {
        Entry late = new Entry(1, "beta", 0, 10, 2, 1_010);

        assertThat(audit(books(FROM, late), seen(TRANSFER, 1, 2, Verdict.UNKNOWN)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("a history should go on with version 1");
        Books other = new Books(List.of(new Books.Account("alpha", 0, 2_000, 3)), List.of());
        assertThat(audit(other)).singleElement().asString().startsWith("a history ends with version 0");
    }

    @Test
    void a_history_against_the_order_in_time_is_found() {
        Transfer back = new Transfer(2, List.of(new Posting("alpha", 0, 10), new Posting("beta", 0, -10)));
        Entry toAgain = new Entry(2, "alpha", 0, 10, 2, 1_000);
        Entry fromAgain = new Entry(2, "beta", 0, -10, 2, 1_000);
        Books books = books(FROM, TO, toAgain, fromAgain);

        assertThat(audit(
                        books,
                        seen(TRANSFER, 1, 5, Verdict.ACKNOWLEDGED, FROM, TO),
                        seen(back, 4, 6, Verdict.ACKNOWLEDGED, toAgain, fromAgain)))
                .isEmpty();
        assertThat(audit(
                        books,
                        seen(TRANSFER, 3, 4, Verdict.ACKNOWLEDGED, FROM, TO),
                        seen(back, 1, 2, Verdict.ACKNOWLEDGED, toAgain, fromAgain)))
                .hasSize(2)
                .allMatch(text -> text.startsWith("in the history of"));
    }
}
