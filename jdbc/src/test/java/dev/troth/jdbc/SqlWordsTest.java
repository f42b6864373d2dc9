package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlWordsTest {
    private static String ending(String sql) {
        return SqlWords.ending(sql, SqlWords.ENDING_IN_MARIADB);
    }

    @Test
    void what_ends_a_transaction_is_seen_through_blanks_and_comments() {
        assertThat(ending("commit")).isEqualTo("COMMIT");
        assertThat(ending(" /* a */ -- b\n Rollback;")).isEqualTo("ROLLBACK");
        assertThat(ending("PREPARE TRANSACTION 'x'")).isEqualTo("PREPARE TRANSACTION");
        assertThat(ending("start  transaction")).isEqualTo("START TRANSACTION");
        assertThat(ending("SET autocommit = 1")).isEqualTo("SET AUTOCOMMIT");
        assertThat(ending("XA END 'x'")).isEqualTo("XA");
        assertThat(ending("TRUNCATE blogs")).isEqualTo("TRUNCATE");
        assertThat(ending("analyze table blogs")).isEqualTo("ANALYZE TABLE");
        assertThat(ending("FLUSH TABLES")).isEqualTo("FLUSH");
    }

    @Test
    void what_does_not_is_let_through() {
        assertThat(ending("ROLLBACK TO SAVEPOINT s")).isEmpty();
        assertThat(ending("SAVEPOINT s")).isEmpty();
        assertThat(ending("PREPARE s AS SELECT 1")).isEmpty();
        assertThat(ending("CREATE TEMPORARY TABLE t (id INT)")).isEmpty();
        assertThat(ending("BEGIN NOT ATOMIC SELECT 1; END")).isEmpty();
        assertThat(ending("ANALYZE SELECT 1")).isEmpty();
        assertThat(ending("SET @a = 1")).isEmpty();
        assertThat(ending("INSERT INTO commit VALUES (1)")).isEmpty();
        assertThat(ending("")).isEmpty();
        assertThat(ending("/* never closed")).isEmpty();
        assertThat(SqlWords.ending("CREATE TABLE t (id INT)", SqlWords.ENDING)).isEmpty();
    }
}
