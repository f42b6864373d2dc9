package dev.troth.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spring.SpringStage.BlogWritten;
import dev.troth.spring.SpringStage.NewReview;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TrothException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Methods that are transactional as Spring's are, with JdbcClient as local work. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
abstract class TransactionalContract {
    private SpringStage stage;
    private TrothTemplate troth;
    private Propagations in;

    abstract DatabaseServer server();

    @BeforeEach
    void open() {
        stage = new SpringStage(server(), SpringStage.Blog.class, SpringStage.WITHOUT_JPA);
        troth = stage.template();
        in = stage.propagations();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void submit(int id, String text) {
        stage.writeBlog(id);
        troth.enlist("review", new NewReview(text));
    }

    @Test
    void a_transactional_method_commits_with_whom_it_has_enlisted() throws Exception {
        in.required(() -> {
            submit(1, "both");
            assertThat(stage.decisions()).isZero();
        });

        stage.assertBoth();
    }

    @Test
    void a_transactional_method_that_throws_rolls_back_whom_it_has_enlisted() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    stage.writeBlog(1);
                    troth.enlist("review", new NewReview("neither")).join();
                    throw new IllegalStateException("changed its mind");
                }))
                .hasMessage("changed its mind");

        stage.assertNeither();
    }

    @Test
    void a_refusal_is_thrown_by_the_transactional_method() throws Exception {
        assertThatThrownBy(() -> in.required(() -> submit(1, SpringStage.REFUSED)))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("not this one");

        stage.assertNeither();
    }

    @Test
    void rollback_only_rolls_back_the_branches_without_a_word() throws Exception {
        in.required(() -> {
            submit(1, "neither");
            TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
        });

        stage.assertNeither();
    }

    @Test
    void a_transaction_template_is_as_good_as_the_annotation() throws Exception {
        TransactionTemplate template = new TransactionTemplate(stage.bean(PlatformTransactionManager.class));

        template.executeWithoutResult(status -> submit(1, "both"));

        stage.assertBoth();
    }

    @Test
    void a_transaction_that_is_begun_and_committed_by_hand_is_one_too() throws Exception {
        PlatformTransactionManager manager = stage.bean(PlatformTransactionManager.class);

        TransactionStatus status = manager.getTransaction(TransactionDefinition.withDefaults());
        submit(1, "both");
        manager.commit(status);

        stage.assertBoth();
    }

    @Test
    void an_inner_required_method_is_part_of_the_outer_transaction() throws Exception {
        in.required(() -> {
            stage.writeBlog(1);
            Gid outer = troth.gid();
            in.required(() -> {
                troth.enlist("review", new NewReview("both"));
                assertThat(troth.gid()).isEqualTo(outer);
            });
        });

        stage.assertBoth();
    }

    @Test
    void a_failure_in_an_inner_required_method_that_was_swallowed_rolls_back_all() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    submit(1, "neither");
                    assertThatThrownBy(() -> in.required(() -> {
                                throw new IllegalStateException("inner");
                            }))
                            .hasMessage("inner");
                }))
                .hasMessageContaining("rollback-only");

        stage.assertNeither();
    }

    @Test
    void requires_new_is_a_transaction_of_its_own() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    stage.writeBlog(1);
                    Gid outer = troth.gid();
                    troth.enlist("review", new NewReview("outer"));
                    in.requiresNew(() -> {
                        submit(2, "inner");
                        assertThat(troth.gid()).isNotEqualTo(outer);
                    });
                    assertThat(troth.gid()).isEqualTo(outer);
                    throw new IllegalStateException("outer fails");
                }))
                .hasMessage("outer fails");

        stage.assertBoth();
        assertThat(stage.beside().queryForObject("SELECT id FROM blogs", Integer.class))
                .isEqualTo(2);
    }

    @Test
    void a_nested_transaction_that_returns_is_part_of_the_outer_one() throws Exception {
        in.required(() -> {
            stage.writeBlog(1);
            in.nested(() -> troth.enlist("review", new NewReview("both")));
            assertThat(stage.decisions()).isZero();
        });

        stage.assertBoth();
    }

    @Test
    void a_nested_transaction_that_rolls_back_with_a_branch_in_it_rolls_back_all() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    stage.writeBlog(1);
                    assertThatThrownBy(() -> in.nested(() -> {
                                troth.enlist("review", new NewReview("neither"));
                                throw new IllegalStateException("nested");
                            }))
                            .hasMessage("nested");
                }))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("savepoint");

        stage.assertNeither();
    }

    @Test
    void a_branch_from_before_a_nested_transaction_survives_its_rollback() throws Exception {
        in.required(() -> {
            submit(1, "both");
            assertThatThrownBy(() -> in.nested(() -> {
                        stage.writeBlog(2);
                        throw new IllegalStateException("nested");
                    }))
                    .hasMessage("nested");
        });

        stage.assertBoth();
    }

    @Test
    void an_event_of_a_nested_transaction_that_rolls_back_is_not_sent() throws Exception {
        in.required(() -> {
            submit(1, "both");
            assertThatThrownBy(() -> in.nested(() -> {
                        troth.publish(new BlogWritten("never"));
                        throw new IllegalStateException("nested");
                    }))
                    .hasMessage("nested");
        });

        stage.assertBoth();
        assertThat(stage.beside().queryForObject("SELECT COUNT(*) FROM troth_outbox", Integer.class))
                .isZero();
    }

    @Test
    void outside_a_transaction_the_error_names_the_line_to_add() {
        assertThatThrownBy(() -> troth.enlist("review", new NewReview("x")))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("Add @Transactional");
        assertThatThrownBy(() -> in.supports(() -> troth.publish(new BlogWritten("x"))))
                .hasMessageContaining("Add @Transactional");
        in.required(() -> in.notSupported(() -> assertThatThrownBy(() -> troth.send("review", new NewReview("x")))
                .hasMessageContaining("Add @Transactional")));
    }

    @Test
    void in_a_read_only_transaction_the_error_names_what_to_remove() throws Exception {
        assertThatThrownBy(() -> in.readOnly(() -> troth.enlist("review", new NewReview("x"))))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("Remove readOnly = true");

        stage.assertNeither();
    }

    @Test
    void springs_time_out_bounds_the_wait_for_the_votes() throws Exception {
        assertThatThrownBy(() -> in.withinASecond(() -> submit(1, SpringStage.SLOW)))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("TIMED_OUT");
        stage.finishSlowOnes();

        stage.assertNeither();
    }

    @Test
    void an_event_is_sent_after_the_commit_and_not_after_a_rollback() throws Exception {
        in.required(() -> {
            stage.writeBlog(1);
            troth.publish("key", new BlogWritten("both"));
        });
        assertThatThrownBy(() -> in.required(() -> {
                    troth.publish(new BlogWritten("neither"));
                    throw new IllegalStateException("changed its mind");
                }))
                .hasMessage("changed its mind");

        Waiting.until(() -> stage.reviews() == 1);
        assertThat(stage.decisions()).isZero();
        assertThat(stage.beside().queryForObject("SELECT COUNT(*) FROM troth_outbox", Integer.class))
                .isZero();
    }

    @Test
    void what_others_do_before_the_commit_is_part_of_it() throws Exception {
        in.required(() -> {
            stage.writeBlog(1);
            troth.gid();
            beforeCommit(() -> troth.enlist("review", new NewReview("both")));
        });

        stage.assertBoth();
    }

    @Test
    void a_hook_of_others_that_throws_before_the_commit_rolls_back_all() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    submit(1, "neither");
                    beforeCommit(() -> {
                        throw new IllegalStateException("no");
                    });
                }))
                .hasMessage("no");

        stage.assertNeither();
    }

    @Test
    void after_the_commit_nothing_can_join_any_more() throws Exception {
        AtomicReference<Throwable> joined = new AtomicReference<>();
        AtomicReference<Throwable> fresh = new AtomicReference<>();
        in.required(() -> {
            submit(1, "both");
            afterCommit(() -> joined.set(thrownBy(() -> troth.enlist("review", new NewReview("late")))));
        });
        in.required(() -> afterCommit(() -> fresh.set(thrownBy(() -> troth.enlist("review", new NewReview("late"))))));

        stage.assertBoth();
        assertThat(joined.get()).hasMessageContaining("collected already");
        assertThat(fresh.get()).hasMessageContaining("has committed");
    }

    @Test
    void branches_do_not_wait_for_what_others_do_after_the_commit() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    submit(1, "both");
                    afterCommit(() -> {
                        try {
                            Waiting.until(() -> stage.reviews() == 1);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        throw new IllegalStateException("and fails");
                    });
                }))
                .hasMessage("and fails");

        stage.assertBoth();
    }

    @Test
    void a_local_failure_rolls_back_the_branches() throws Exception {
        assertThatThrownBy(() -> in.required(() -> {
                    submit(1, "neither");
                    stage.writeBlog(1);
                }))
                .isInstanceOf(DuplicateKeyException.class);

        stage.assertNeither();
    }

    @Test
    void an_unknown_participant_refuses_and_the_id_is_known_for_the_outcome() throws Exception {
        AtomicReference<Gid> gid = new AtomicReference<>();
        in.required(() -> {
            gid.set(troth.gid());
            submit(1, "both");
        });
        assertThatThrownBy(() -> in.required(() -> troth.enlist("nobody", new NewReview("x"))))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("nobody offers");

        stage.assertBoth();
        stage.assertOutcome(requireNonNull(gid.get()), Outcome.COMMITTED);
    }

    static void beforeCommit(Runnable hook) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                hook.run();
            }
        });
    }

    static void afterCommit(Runnable hook) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                hook.run();
            }
        });
    }

    static Throwable thrownBy(Runnable work) {
        try {
            work.run();
            return new AssertionError("nothing was thrown");
        } catch (RuntimeException e) {
            return e;
        }
    }
}
