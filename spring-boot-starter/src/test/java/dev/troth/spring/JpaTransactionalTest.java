package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spring.SpringStage.NewReview;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.RolledBackException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;

/** Entities of Hibernate as local work: they are flushed at the end, and still commit with the decision or not at all. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
class JpaTransactionalTest {
    private final SpringStage stage = new SpringStage(PostgresServer.shared(), SpringStage.Blog.class);
    private final EntityManager entities =
            SharedEntityManagerCreator.createSharedEntityManager(stage.bean(EntityManagerFactory.class));

    /** An article. */
    @Entity
    @Table(name = "versioned_blogs")
    static class VersionedBlog {
        @Id
        int id;

        @Column
        String title = "";

        @Version
        int version;
    }

    @BeforeEach
    void tables() {
        assertThat(stage.bean(PlatformTransactionManager.class)).isInstanceOf(JpaTransactionManager.class);
        stage.beside()
                .execute(
                        "CREATE TABLE versioned_blogs (id INT PRIMARY KEY, title VARCHAR(50) UNIQUE, version INT NOT NULL)");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private VersionedBlog persist(int id, String title) {
        VersionedBlog blog = new VersionedBlog();
        blog.id = id;
        blog.title = title;
        entities.persist(blog);
        return blog;
    }

    private int entitiesWritten() {
        return stage.beside().queryForList("SELECT id FROM versioned_blogs").size();
    }

    @Test
    void an_entity_commits_with_whom_the_method_has_enlisted() throws Exception {
        stage.propagations().required(() -> {
            persist(1, "both");
            stage.writeBlog(1); // JdbcClient is on the same connection
            stage.template().enlist("review", new NewReview("both"));
        });

        stage.assertBoth();
        assertThat(entitiesWritten()).isEqualTo(1);
    }

    @Test
    void an_entity_rolls_back_with_a_refusal() throws Exception {
        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    persist(1, "neither");
                    stage.template().enlist("review", new NewReview(SpringStage.REFUSED));
                }))
                .isInstanceOf(RolledBackException.class);

        stage.assertNeither();
        assertThat(entitiesWritten()).isZero();
    }

    /** A vote that is awaited first would end in a time-out; the flush ends it before. */
    @Test
    void what_the_flush_at_the_end_finds_is_thrown_before_anybody_waits_for_votes() throws Exception {
        stage.propagations().required(() -> persist(1, "taken"));

        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    persist(2, "taken");
                    stage.template().enlist("review", new NewReview(SpringStage.SLOW));
                }))
                .isNotInstanceOf(RolledBackException.class)
                .hasStackTraceContaining("duplicate key");
        stage.finishSlowOnes();

        stage.assertNeither();
    }

    @Test
    void a_stale_version_rolls_back_the_branches() throws Exception {
        stage.propagations().required(() -> persist(1, "first"));

        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    VersionedBlog blog = entities.find(VersionedBlog.class, 1);
                    blog.title = "mine";
                    stage.beside().update("UPDATE versioned_blogs SET version = version + 1");
                    stage.template().enlist("review", new NewReview("neither"));
                }))
                .hasStackTraceContaining("VersionedBlog");

        stage.assertNeither();
    }

    @Test
    void a_method_that_fails_rolls_back_entity_and_branch() throws Exception {
        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    persist(1, "neither");
                    stage.template().enlist("review", new NewReview("neither")).join();
                    throw new IllegalStateException("changed its mind");
                }))
                .hasMessage("changed its mind");

        stage.assertNeither();
        assertThat(entitiesWritten()).isZero();
    }

    @Test
    void springs_time_out_bounds_the_wait_for_the_votes() throws Exception {
        assertThatThrownBy(() -> stage.propagations()
                        .withinASecond(() -> stage.template().enlist("review", new NewReview(SpringStage.SLOW))))
                .hasMessageContaining("TIMED_OUT");
        stage.finishSlowOnes();

        stage.assertNeither();
    }
}
