package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlWordsTest {
    private static String ending(String sql) {
        return SqlWords.MARIADB.ending(sql);
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
        assertThat(SqlWords.STANDARD.ending("CREATE TABLE t (id INT)")).isEmpty();
    }

    @Test
    void every_statement_of_a_text_is_looked_at() {
        assertThat(ending("INSERT INTO t VALUES (1); COMMIT")).isEqualTo("COMMIT");
        assertThat(ending("INSERT INTO t VALUES (1);; /* now */ commit; SELECT 1"))
                .isEqualTo("COMMIT");
        assertThat(ending("SELECT 1; SELECT ';'; ROLLBACK")).isEqualTo("ROLLBACK");
        assertThat(ending("SELECT 1; SELECT 2; DELETE FROM t")).isEmpty();
        assertThat(ending("SELECT 1;")).isEmpty();
    }

    @Test
    void what_stands_in_quotes_and_comments_is_no_statement() {
        assertThat(ending("INSERT INTO t VALUES ('a; COMMIT')")).isEmpty();
        assertThat(ending("INSERT INTO t VALUES ('it''s; COMMIT'); SELECT 1")).isEmpty();
        assertThat(ending("INSERT INTO t VALUES ('it\\'s; COMMIT'); SELECT 1")).isEmpty();
        assertThat(ending("INSERT INTO t VALUES (\"a; COMMIT\"); SELECT `b; COMMIT` FROM t"))
                .isEmpty();
        assertThat(ending("SELECT 1 -- ; COMMIT\n; SELECT 2")).isEmpty();
        assertThat(ending("SELECT 1 /* ; COMMIT */; SELECT 2")).isEmpty();
        assertThat(ending("SELECT 'never closed; COMMIT")).isEmpty();
        assertThat(SqlWords.STANDARD.ending("SELECT $$a; COMMIT$$; SELECT $q$b; $$; COMMIT$q$"))
                .isEmpty();
        assertThat(SqlWords.STANDARD.ending("SELECT $1; COMMIT")).isEqualTo("COMMIT");
        assertThat(SqlWords.STANDARD.ending("SELECT 'C:\\'; COMMIT")).isEqualTo("COMMIT");
        assertThat(SqlWords.STANDARD.ending("SELECT E'it\\'s; COMMIT'; SELECT 1"))
                .isEmpty();
        assertThat(SqlWords.STANDARD.ending("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END"))
                .isEmpty();
    }

    @Test
    void compound_statements_of_mariadb_are_let_through() {
        assertThat(ending("IF (SELECT COUNT(*) FROM t) = 0 THEN INSERT INTO t VALUES (1); END IF"))
                .isEmpty();
        assertThat(ending("WHILE @a > 0 DO SET @a = @a - 1; END WHILE")).isEmpty();
        assertThat(ending("FOR i IN 1..3 DO INSERT INTO t VALUES (i); END FOR")).isEmpty();
    }

    @Test
    void comments_of_mariadb_are_seen() {
        assertThat(ending("SELECT 1 # first; commit comes later\n")).isEmpty();
    }

    @Test
    void comments_of_mariadb_hide_nothing() {
        assertThat(ending("SELECT 1; # don't\n COMMIT")).isEqualTo("COMMIT");
    }

    @Test
    void two_minus_signs_are_no_comment_on_mariadb() {
        assertThat(ending("SELECT 5--3; COMMIT")).isEqualTo("COMMIT");
    }

    @Test
    void a_doubled_quote_in_an_escape_string_ends_nothing() {
        assertThat(SqlWords.STANDARD.ending("INSERT INTO t VALUES (E'it''s \\'; end of it'); SELECT 1"))
                .isEmpty();
    }

    @Test
    void a_word_that_ends_in_e_marks_no_escape_string() {
        assertThat(SqlWords.STANDARD.ending("SELECT 1 WHERE a LIKE'C:\\'; COMMIT"))
                .isEqualTo("COMMIT");
    }

    @Test
    void comments_of_postgresql_nest() {
        assertThat(SqlWords.STANDARD.ending("SELECT 1 /* a /* b */ ; commit */"))
                .isEmpty();
    }

    @Test
    void dollars_in_names_quote_nothing() {
        assertThat(SqlWords.STANDARD.ending("SELECT a$b$c FROM t; COMMIT")).isEqualTo("COMMIT");
    }
}
