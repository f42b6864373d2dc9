package dev.troth.bench;

import static dev.troth.bench.MadeUp.TROTH;
import static dev.troth.bench.MadeUp.TWO_COMMITS;
import static dev.troth.bench.MadeUp.disturbed;
import static dev.troth.bench.MadeUp.line;
import static dev.troth.bench.MadeUp.with;
import static dev.troth.bench.MadeUp.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {

    @Test
    void a_row_is_the_median_of_its_rounds_and_of_their_ratios_to_the_base_and_to_ours() {
        assertThat(markdown(
                        round(1, line(TWO_COMMITS, 1_000)),
                        round(1, line(TROTH, 390)),
                        round(2, line(TWO_COMMITS, 1_200)),
                        round(2, line(TROTH, 720)),
                        round(3, line(TWO_COMMITS, 400)),
                        round(3, line(TROTH, 500))))
                .contains(
                        "| contender | tx/s | from–to | × two commits | Troth is | databases |",
                        "| two commits | 1,000 | 400–1,200 | 1.00 × | 0.60 × | 0.75 |",
                        "| Troth | 500 | 390–720 | 0.60 × |  | 0.75 |");
    }

    @Test
    void of_an_even_number_of_rounds_the_median_is_between_the_two_in_the_middle() {
        assertThat(markdown(line(TROTH, 100), line(TROTH, 300))).contains("| Troth | 200 |");
    }

    @Test
    void a_disturbed_run_counts_only_if_there_is_no_other() {
        assertThat(markdown(disturbed(line(TROTH, 10)), line(TROTH, 300))).contains("| Troth | 300 |");
        assertThat(markdown(disturbed(line(TROTH, 10)), disturbed(line(TROTH, 30))))
                .contains("| Troth | 20 |");
    }

    @Test
    void without_a_round_in_which_both_were_calm_the_ratio_is_that_of_the_medians() {
        assertThat(markdown(
                        round(1, line(TWO_COMMITS, 1_000)),
                        round(1, disturbed(line(TROTH, 10))),
                        round(2, disturbed(line(TWO_COMMITS, 10))),
                        round(2, line(TROTH, 500))))
                .contains("| Troth | 500 |  | 0.50 × |");
    }

    @Test
    void what_was_wrong_in_one_round_has_no_figures() {
        assertThat(markdown(line(TWO_COMMITS, 1_000), line(TROTH, 900), wrong(line(TROTH, 901))))
                .contains("| two commits | 1,000 |  | 1.00 × |  | 0.75 |", "| Troth | WRONG |  |  |  |  |");
    }

    @Test
    void a_run_that_does_not_say_that_it_was_right_is_wrong() {
        assertThat(markdown(line(TROTH, 900), with(line(TROTH, 900), "right", "yes")))
                .contains("| Troth | WRONG |");
    }

    @Test
    void a_table_is_of_one_session_the_last_that_has_the_base_and_ours() {
        Line[] lines = {
            line(TWO_COMMITS, 900),
            line("Narayana", 80),
            line(TROTH, 100),
            with(line(TWO_COMMITS, 1_000), "session", "2"),
            with(line(TROTH, 300), "session", "2"),
            with(line(TROTH, 400), "session", "3")
        };

        assertThat(markdown(lines))
                .contains("| two commits | 1,000 |", "| Troth | 300 |")
                .doesNotContain("Narayana");
    }

    @Test
    void if_no_session_has_both_the_last_counts() {
        assertThat(markdown(line(TROTH, 100), with(line(TROTH, 300), "session", "2")))
                .contains("| Troth | 300 |");
    }

    @Test
    void each_place_has_a_table_and_each_contender_says_what_it_guarantees() {
        assertThat(markdown(line(TROTH, 100), with(line(TROTH, 20), "clients", 1)))
                .containsSubsequence("**1 client**", "| Troth | 20 |", "**8 clients**", "| Troth | 100 |")
                .contains("- Troth: " + Workload.TWO_DATABASES.guarantee(TROTH));
    }

    @Test
    void in_a_terminal_columns_are_aligned() {
        Table table = new Table(List.of("contender", "tx/s"));
        table.row(List.of("a", "1"));

        assertThat(table.text()).isEqualTo("contender  tx/s\na             1\n");
    }

    private static Line round(int number, Line line) {
        return with(line, "round", number);
    }

    private static String markdown(Line... lines) {
        return new Tables(Squares.of(Workload.TWO_DATABASES, List.of(lines))).markdown();
    }
}
