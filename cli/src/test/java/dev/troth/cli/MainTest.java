package dev.troth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void without_arguments_it_says_what_there_is_and_where_to_start() {
        Ran ran = Ran.troth();

        assertThat(ran.out()).contains("demo", "blog", "review", "doctor", "sim", "version", "Start with:");
    }

    @Test
    void the_version_is_that_of_the_build_and_of_the_jvm() {
        Ran ran = Ran.troth("version");

        assertThat(Ran.troth("--version")).isEqualTo(ran);
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).matches("(?s)troth [0-9]+\\.[0-9]+.* \\(Java .*").doesNotContain("${");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "blog", "review", "doctor", "sim"})
    void every_command_explains_itself(String command) {
        Ran ran = Ran.troth(command, "--help");

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("Usage: troth " + command);
    }

    @Test
    void a_service_without_a_broker_is_a_wrong_usage() {
        Ran ran = Ran.troth("blog", "--db", "jdbc:postgresql://localhost/blog");

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("--amqp", "troth blog --help");
    }

    @Test
    void a_simulation_of_no_time_is_a_wrong_usage_and_one_that_has_seen_too_little_does_not_call_itself_well() {
        Ran none = Ran.troth("sim", "--minutes", "0");
        Ran brief = Ran.troth("sim", "--minutes", "0.0001");

        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("--minutes must be above 0");
        assertThat(brief.status()).isEqualTo(1);
        assertThat(brief.out()).contains("too short to count").doesNotContain("All that must hold");
    }

    @Test
    void an_unknown_command_is_answered_with_those_that_there_are() {
        Ran ran = Ran.troth("demmo");

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("'demmo'", "The commands are demo, blog, review, doctor, sim, version");
    }

    @Test
    void a_wrong_option_does_not_show_the_password_beside_it() {
        Ran ran = Ran.troth(
                "doctor", "--amqpp=amqp://me:geheim@host", "jdbc:postgresql://host/db?user=me&password=geheim");

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("--amqpp").doesNotContain("geheim");
    }

    @Test
    void a_password_variable_that_is_not_set_is_named() {
        Ran ran =
                Ran.troth("doctor", "--db", "jdbc:postgresql://127.0.0.1:1/x", "--db-password-env", "NOT_SET_ANYWHERE");

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("NOT_SET_ANYWHERE");
    }

    @Test
    void a_point_that_does_not_exist_is_a_wrong_usage_that_lists_those_that_do() {
        Ran ran = Ran.troth("blog", "--amqp", "amqp://x", "--db", "jdbc:postgresql://x/x", "--crash-at", "SOMEWHERE");

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("SOMEWHERE", "AFTER_DECISION_LOGGED");
    }

    @Test
    void a_database_of_another_kind_is_an_error_that_says_which_work() {
        Ran ran = Ran.troth("blog", "--amqp", "amqp://127.0.0.1:1", "--db", "jdbc:oracle:thin:@//host/x");

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("PostgreSQL or MariaDB").doesNotContain("\tat ");
    }

    @Test
    void a_database_that_is_away_is_an_error_without_the_password() {
        Ran ran = Ran.troth(
                "review",
                "--amqp",
                "amqp://127.0.0.1:1",
                "--db",
                "jdbc:postgresql://127.0.0.1:1/x?user=me&password=geheim");

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("127.0.0.1:1").doesNotContain("geheim", "\tat ");
    }
}
