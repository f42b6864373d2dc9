package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Refusal.Reason;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTableTest {
    @ParameterizedTest
    @CsvSource({
        "23505, CONSTRAINT",
        "23503, CONSTRAINT",
        "23514, CONSTRAINT",
        "P0001, CONSTRAINT",
        "40001, CONFLICT",
        "40P01, CONFLICT",
        "55P03, CONFLICT",
        "08006, UNAVAILABLE",
        "08001, UNAVAILABLE",
        "57P01, UNAVAILABLE",
        "57P03, UNAVAILABLE",
        "25P03, UNAVAILABLE",
        "28P01, UNAVAILABLE",
        "3D000, UNAVAILABLE",
        "53300, UNAVAILABLE",
        "25006, UNAVAILABLE",
        "53200, OVERLOADED",
        "57014, TIMED_OUT",
        "25P02, MISUSE",
        "42704, ERROR",
        "55000, ERROR",
        "42P01, ERROR",
        "22001, ERROR",
        "'', ERROR"
    })
    void codes_of_postgresql_mean_what_the_table_says(String state, Reason reason) {
        SQLException failure = new SQLException("whatever it says", state);

        assertThat(PostgresErrors.TABLE.reason(failure)).isEqualTo(reason);
        assertThat(PostgresErrors.TABLE.connectionLost(failure)).isEqualTo(reason == Reason.UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "1205, HY000, CONFLICT",
        "1213, 40001, CONFLICT",
        "1402, XA100, CONFLICT",
        "1062, 23000, CONSTRAINT",
        "1452, 23000, CONSTRAINT",
        "4025, 23000, CONSTRAINT",
        "1644, 45000, CONSTRAINT",
        "1399, XAE07, MISUSE",
        "1397, XAE04, ERROR",
        "1440, XAE08, ERROR",
        "1927, 70100, UNAVAILABLE",
        "1045, 28000, UNAVAILABLE",
        "1290, HY000, UNAVAILABLE",
        "-1, 08000, UNAVAILABLE",
        "0, 08S01, UNAVAILABLE",
        "1969, 70100, TIMED_OUT",
        "1146, 42S02, ERROR"
    })
    void codes_of_mariadb_mean_what_the_table_says(int code, String state, Reason reason) {
        assertThat(MariaDbErrors.TABLE.reason(new SQLException("whatever it says", state, code)))
                .isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"50200, HYT00, CONFLICT", "30000, 40XL1, CONFLICT", "30000, 40001, CONFLICT", "30000, 23505, CONSTRAINT"
    })
    void standard_codes_mean_what_the_table_says(int code, String state, Reason reason) {
        assertThat(StandardErrors.TABLE.reason(new SQLException("whatever it says", state, code)))
                .isEqualTo(reason);
    }

    @Test
    void failures_without_a_code_are_told_apart_by_their_type() {
        assertThat(PostgresErrors.TABLE.reason(new SQLTransientConnectionException("pool")))
                .isEqualTo(Reason.UNAVAILABLE);
        assertThat(PostgresErrors.TABLE.reason(new SQLTimeoutException("slow"))).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void the_reason_of_a_batch_is_that_of_its_statement() {
        BatchUpdateException batch = new BatchUpdateException("batch", "HY000", 0, new int[0]);
        batch.setNextException(new SQLException("duplicate", "23505"));

        assertThat(Failures.reason(batch, PostgresErrors.TABLE)).isEqualTo(Reason.CONSTRAINT);
        assertThat(PostgresErrors.TABLE.duplicateKey(new SQLException("duplicate", "23505")))
                .isTrue();
        assertThat(MariaDbErrors.TABLE.duplicateKey(new SQLException("duplicate", "23000", 1062)))
                .isTrue();
        assertThat(MariaDbErrors.TABLE.duplicateKey(new SQLException("orphan", "23000", 1452)))
                .isFalse();
    }
}
