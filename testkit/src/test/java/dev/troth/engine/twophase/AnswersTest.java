package dev.troth.engine.twophase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Events;
import dev.troth.engine.runtime.Settings;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Who completes the futures of users. */
class AnswersTest {
    private final List<Runnable> handedToWorkers = new ArrayList<>();
    private final Answers answers = new Answers(
            new Environment(new Recording(), () -> 0.5, Settings.DEFAULT, new Events(List.of()), Probe.NONE));
    private final CompletableFuture<String> ours = new CompletableFuture<>();
    private final CompletableFuture<String> theirs = answers.promise(ours);

    @Test
    void while_the_work_runs_a_worker_completes_them() {
        ours.complete("yes");

        assertThat(theirs).isNotDone();
        assertThat(handedToWorkers).hasSize(1);
    }

    @Test
    void when_the_owner_waits_and_nobody_else_does_the_owner_completes_them() {
        answers.ownerWaits();
        ours.complete("yes");
        assertThat(theirs).isNotDone();

        answers.deliver();

        assertThat(theirs).isCompletedWithValue("yes");
        assertThat(handedToWorkers).isEmpty();
    }

    @Test
    void what_is_attached_runs_on_a_worker_though_the_owner_waits() {
        List<String> heard = new ArrayList<>();
        CompletableFuture<Void> unused = theirs.thenAccept(heard::add);
        answers.ownerWaits();

        ours.complete("yes");

        assertThat(heard).isEmpty();
        assertThat(handedToWorkers).hasSize(1);
    }

    @Test
    void what_comes_after_the_owners_turn_is_completed_by_a_worker() {
        answers.ownerWaits();
        answers.deliver();

        ours.completeExceptionally(new IllegalStateException("too late"));

        assertThat(handedToWorkers).hasSize(1);
        handedToWorkers.get(0).run();
        assertThat(theirs).isCompletedExceptionally();
    }

    private final class Recording implements Scheduler {
        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            throw new AssertionError("nothing here takes time");
        }

        @Override
        public Executor workers() {
            return handedToWorkers::add;
        }

        @Override
        public void close() {}
    }
}
