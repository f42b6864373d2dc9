package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Troth;
import dev.troth.message.Delivery;
import dev.troth.message.Kind;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users attach to futures, and what they do while an instance stops, keeps nobody else waiting. */
@Timeout(300)
class CallbacksTest {
    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    /** Somebody who takes every PREPARE and never answers. */
    private void silentReview() {
        Transport.Subscription unused = stage.bus.join().listen(new Address.Participant("review"), 1000, Delivery::ack);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How it ended; that it does not end is a failure, which {@code failsWithin} would be content with. */
    private static Throwable failure(CompletableFuture<?> future) {
        CompletableFuture<Throwable> end = future.handle((value, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause == null ? new AssertionError("It came to " + value) : cause;
        });
        assertThat(end).succeedsWithin(Duration.ofSeconds(60));
        return end.join();
    }

    private CompletableFuture<Void> submit(Troth blog) {
        return blog.transactAsync("submit", tx -> {
            CompletableFuture<Void> unused = tx.enlist("review", new Note("other"));
            return null;
        });
    }

    @Test
    void a_callback_of_a_call_may_run_a_transaction() {
        CountDownLatch attached = new CountDownLatch(1);
        stage.handling = (note, branch) -> {
            branch.connection();
            await(attached);
            return "done";
        };
        stage.review();
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(20)));

        CompletableFuture<String> chained = blog.executeAsync("review", new Note("a"), String.class)
                .thenApply(done -> blog.transact(
                        "second",
                        tx -> tx.enlist("review", new Note("b"), String.class).join()));
        attached.countDown();

        assertThat(chained).succeedsWithin(Duration.ofSeconds(60)).isEqualTo("done");
    }

    @Test
    void a_callback_that_tries_again_and_waits_holds_up_no_timer() {
        silentReview();
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofMillis(300)));
        CountDownLatch again = new CountDownLatch(1);

        CompletableFuture<Void> retried = blog.executeAsync("review", new Note("a"), Void.class)
                .exceptionally(unknown -> {
                    again.countDown();
                    return blog.execute("review", new Note("a"), Void.class);
                });
        await(again);

        assertThat(failure(submit(blog))).isInstanceOf(RolledBackException.class);
        assertThat(failure(retried)).isInstanceOf(TrothException.class);
    }

    @Test
    void a_callback_that_waits_for_a_sibling_holds_up_no_timer() {
        silentReview();
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofMillis(300)));

        CompletableFuture<Void> first = blog.transactAsync("first", tx -> {
            CompletableFuture<String> one = tx.enlist("review", new Note("a"), String.class);
            CompletableFuture<String> two = tx.enlist("review", new Note("b"), String.class);
            CompletableFuture<String> unused = one.handle((answer, failure) -> two.join());
            return null;
        });

        assertThat(failure(first)).isInstanceOf(RolledBackException.class);
        assertThat(failure(submit(blog))).isInstanceOf(RolledBackException.class);
    }

    @Test
    void a_user_who_cancels_a_future_does_not_commit_without_its_answer() {
        stage.handling = (note, branch) -> {
            branch.connection();
            return "not a number";
        };
        stage.review();
        Troth blog = stage.blog();

        CompletableFuture<Void> result = blog.transactAsync("submit", tx -> {
            boolean unused = tx.enlist("review", new Note("a"), Integer.class).cancel(true);
            return null;
        });

        assertThat(failure(result)).isInstanceOf(RolledBackException.class);
    }

    /** A command that takes its time to become bytes. */
    @Kind("slow")
    static final class Slow {
        private final CountDownLatch writing = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);

        /** Called by the codec. */
        public String getText() {
            writing.countDown();
            await(gate);
            return "text";
        }
    }

    @Test
    void a_call_that_begins_while_its_instance_stops_comes_to_an_end() {
        stage.review();
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofMillis(300)));
        Slow slow = new Slow();
        CompletableFuture<Void> call = CompletableFuture.runAsync(() -> blog.execute("review", slow, Void.class));
        await(slow.writing);

        blog.stop(Duration.ofMillis(100));
        slow.gate.countDown();

        assertThat(failure(call)).isInstanceOf(TrothException.class);
    }
}
