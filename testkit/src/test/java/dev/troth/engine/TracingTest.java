package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Troth;
import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Tracing;
import dev.troth.spi.Tracing.Part;
import dev.troth.spi.Tracing.Step;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TracingTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final Stage stage = new Stage();
    private final List<Step> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        stage.close();
    }

    /** Of the given trace; notes what it continues. */
    private final class Noting implements Tracing {
        private final String current;

        Noting(String current) {
            this.current = current;
        }

        @Override
        public String current() {
            return current;
        }

        @Override
        public <T, X extends Exception> T within(Step step, Call<T, X> call) throws X {
            steps.add(step);
            return call.run();
        }
    }

    /** Fails wherever it is asked. */
    private static final class Broken implements Tracing {
        @Override
        public String current() {
            throw new IllegalStateException("no tracer");
        }

        @Override
        public <T, X extends Exception> T within(Step step, Call<T, X> call) throws X {
            if (step.part() != Part.PREPARE) {
                throw new IllegalStateException("no tracer");
            }
            T unused = call.run();
            throw new IllegalStateException("no exporter");
        }
    }

    private Gid submit(Troth blog) {
        return blog.transact("submit", tx -> {
            tx.connection();
            var unused = tx.enlist("review", new Note("a"));
            return tx.gid();
        });
    }

    private void review(Tracing tracing) {
        stage.started(stage.reviewBuilder(stage.reviews.anotherInstance()).tracing(tracing));
    }

    @Test
    void the_trace_of_the_caller_goes_on_in_the_handler_and_in_the_commit() {
        review(new Noting(""));
        Troth blog = stage.started(stage.blogBuilder().tracing(new Noting(PARENT)));

        Gid gid = submit(blog);

        stage.points.await(CrashPoint.AFTER_BRANCH_COMMITTED);
        assertThat(steps)
                .containsExactly(
                        new Step(Part.PREPARE, "review", "note", gid + "/0", PARENT),
                        new Step(Part.COMMIT, "review", "note", gid + "/0", PARENT));
    }

    @Test
    void a_trace_that_the_options_name_counts_more_than_that_of_the_thread() {
        String named = PARENT.replace('4', '5');
        review(new Noting(""));
        Troth blog = stage.started(stage.blogBuilder().tracing(new Noting(PARENT)));

        blog.transact(TransactionOptions.named("submit").traceparent(named), tx -> {
            var unused = tx.enlist("review", new Note("a"));
            return 1;
        });

        stage.points.await(CrashPoint.AFTER_BRANCH_COMMITTED);
        assertThat(steps).extracting(Step::traceparent).containsExactly(named, named);
    }

    @Test
    void a_branch_that_another_instance_finishes_goes_on_with_its_trace() {
        var port = stage.bus.join();
        var store = stage.reviews.anotherInstance();
        stage.started(stage.reviewBuilder(store).transport(port));
        Troth blog = stage.started(stage.blogBuilder().tracing(new Noting(PARENT)));
        stage.points.onceAt(CrashPoint.AFTER_VOTES_COLLECTED, () -> {
            port.close();
            store.crash();
        });
        submit(blog);

        review(new Noting(""));

        stage.points.await(CrashPoint.AFTER_BRANCH_COMMITTED);
        assertThat(steps)
                .as("the answer to whoever took the branch over, or the decision that came again")
                .extracting(Step::part, Step::traceparent)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Part.COMMIT, PARENT));
    }

    @Test
    void a_decision_that_recovery_sends_again_carries_the_trace() {
        review(new Noting(""));
        var port = stage.bus.join();
        Troth dying = stage.started(stage.blogBuilder().transport(port).tracing(new Noting(PARENT)));
        stage.points.hold(CrashPoint.AFTER_DECISION_LOGGED);
        var unused = dying.transactAsync("submit", tx -> {
            tx.connection();
            var unusedAnswer = tx.enlist("review", new Note("a"));
            return 1;
        });
        stage.points.await(CrashPoint.AFTER_DECISION_LOGGED);
        port.close();

        stage.blog();

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(steps).extracting(Step::part).containsExactly(Part.PREPARE, Part.COMMIT);
        assertThat(steps).extracting(Step::traceparent).containsOnly(PARENT);
    }

    @Test
    void a_tracing_that_fails_decides_nothing() {
        review(new Broken());
        Troth blog = stage.started(stage.blogBuilder().tracing(new Broken()));

        submit(blog);

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.reviews.applied()).hasSize(1);
    }

    @Test
    void what_a_handler_throws_stays_what_it_threw() {
        stage.handling = (note, branch) -> {
            throw new dev.troth.tx.RefusedException("no reviews today");
        };
        review(new Noting(""));
        Troth blog = stage.started(stage.blogBuilder().tracing(new Noting("not a traceparent")));

        assertThatThrownBy(() -> submit(blog))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("no reviews today");
        assertThat(steps.get(0).traceparent()).isEmpty();
    }
}
