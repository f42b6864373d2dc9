package dev.troth.testkit.idempotency;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plays one history, as a broker would: what is not acknowledged is delivered again. */
final class Play<M> implements AutoCloseable {
    /** A conflict may come back, but not for ever. */
    private static final int MOST_ATTEMPTS = 5;

    /** A pool may make its caller wait for that many times as long as a statement. */
    private static final int CONNECTING = 40;

    private final Stage<M> stage;
    private final List<Sample<M>> samples;
    private final History history;
    private final List<String> steps = new ArrayList<>();
    private final List<List<Point>> traces = new ArrayList<>();
    private Life<M> consumer;
    private int consumers;
    private boolean usedDatabase;
    private boolean swallowed;
    private @Nullable Point struck;
    private Played.@Nullable Stuck stuck;

    private Play(Stage<M> stage, List<Sample<M>> samples, History history) {
        this.stage = stage;
        this.samples = samples;
        this.history = history;
        this.consumer = another();
    }

    static <M> Played play(Stage<M> stage, List<Sample<M>> samples, History history) {
        stage.prepare();
        try (Play<M> play = new Play<>(stage, samples, history)) {
            return play.all();
        }
    }

    private Life<M> another() {
        return Life.start(++consumers, new FaultyDatabase(stage.database()), stage.starter());
    }

    private Played all() {
        List<Integer> order = history.order();
        for (int i = 0; i < order.size() && stuck == null; i++) {
            if (history.harm() == Harm.BATCH_AGAIN && i == samples.size()) {
                crash("before any ack");
            }
            Sample<M> sample = samples.get(order.get(i));
            if (history.strikes(i)) {
                harmed(sample);
            } else {
                apply(sample);
            }
        }
        usedDatabase |= consumer.usedDatabase();
        consumer.close(); // what it has left open must not hold up the questions
        return new Played(
                stage.effect(),
                List.copyOf(steps),
                List.copyOf(traces),
                Optional.ofNullable(struck),
                swallowed,
                Optional.ofNullable(stuck),
                usedDatabase);
    }

    private void harmed(Sample<M> sample) {
        if (history.harm() == Harm.AT_ONCE) {
            atOnce(sample);
            return;
        }
        Watch watch = Watch.of(new Fault(history.harm(), history.at()));
        Optional<Throwable> failure = deliver(consumer, sample, watch);
        struck = watch.struck().orElse(null);
        boolean again = failure.isPresent();
        if (history.harm() == Harm.CRASH_BEFORE_ACK || (history.harm() == Harm.CRASH && struck != null)) {
            crash(again ? "there" : "before the ack");
            again = true;
        }
        if (again) {
            apply(sample);
        } else {
            swallowed = struck != null;
        }
    }

    private void crash(String when) {
        usedDatabase |= consumer.usedDatabase();
        String crashed = consumer.toString();
        consumer.crash();
        consumer = another();
        steps.add(crashed + " crashes " + when + ", and " + consumer + " takes its place");
    }

    /** Delivers it until it is applied. */
    private void apply(Sample<M> sample) {
        for (int attempt = 1; ; attempt++) {
            Watch watch = Watch.of(Fault.NONE);
            Optional<Throwable> failure = deliver(consumer, sample, watch);
            if (failure.isEmpty()) {
                traces.add(watch.points());
                return;
            }
            if (attempt == MOST_ATTEMPTS) {
                stuck = new Played.Stuck(sample.toString(), failure.get());
                return;
            }
        }
    }

    private Optional<Throwable> deliver(Life<M> to, Sample<M> sample, Watch watch) {
        Optional<Throwable> failure = to.deliver(sample, watch);
        steps.add(to + " gets " + sample + ": " + text(watch.points()) + ending(failure));
        return failure;
    }

    /** One stands at its n-th point while the other one runs, as far as it gets. */
    private void atOnce(Sample<M> sample) {
        Gate gate = new Gate();
        Watch first = Watch.holding(gate, history.at());
        try (Life<M> other = another()) {
            CompletableFuture<Optional<Throwable>> held = onThread(consumer, sample, first);
            if (gate.awaitSomebody(held)) {
                meanwhile(sample, other, gate, first, held);
            } else { // it needed fewer statements than the first time
                steps.add(consumer + " gets " + sample + ": " + text(first.points()) + ending(held.join()));
                apply(sample);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while two consumers ran", e);
        } finally {
            gate.open();
        }
    }

    private void meanwhile(
            Sample<M> sample, Life<M> other, Gate gate, Watch first, CompletableFuture<Optional<Throwable>> held)
            throws InterruptedException {
        List<Point> before = first.points();
        int done = before.size() - 1;
        struck = before.get(done);
        steps.add(consumer + " gets " + sample + ": " + text(before.subList(0, done)) + "; stands before \"" + struck
                + "\"");
        Watch second = Watch.of(Fault.NONE);
        CompletableFuture<Optional<Throwable>> runs = onThread(other, sample, second);
        boolean waits = !endsOrWaits(runs, second);
        int got = second.points().size();
        steps.add(other + " gets " + sample + " meanwhile: " + text(second.points())
                + (waits ? "; waits" : ending(runs.join())));
        gate.open();
        Gate.await(held);
        List<Point> after = first.points();
        steps.add(consumer + " goes on: " + text(after.subList(done, after.size())) + ending(held.join()));
        Gate.await(runs);
        if (waits) {
            List<Point> all = second.points();
            steps.add(other + " goes on: " + text(all.subList(got, all.size())) + ending(runs.join()));
        }
        if (held.join().isPresent() || runs.join().isPresent()) {
            apply(sample);
        }
    }

    private CompletableFuture<Optional<Throwable>> onThread(Life<M> who, Sample<M> sample, Watch watch) {
        return CompletableFuture.supplyAsync(() -> who.deliver(sample, watch), Play::thread);
    }

    /** Waits until it has ended, which is true, or gets no further. */
    private boolean endsOrWaits(CompletableFuture<?> runs, Watch watch) throws InterruptedException {
        long before = -1;
        for (int idle = 0; ; ) {
            try {
                Object unused = runs.get(stage.patience().toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (ExecutionException ended) {
                return true; // its owner looks at how
            } catch (TimeoutException e) {
                long now = watch.progress();
                idle = now == before ? idle + 1 : 0;
                before = now;
                if (now > 0 && idle >= (watch.connecting() ? CONNECTING : 1)) {
                    return false;
                }
            }
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "idempotency-proof");
        thread.setDaemon(true);
        thread.start();
    }

    private static String text(List<Point> points) {
        return points.isEmpty()
                ? "no statement"
                : points.stream().map(Point::toString).collect(Collectors.joining("; "));
    }

    private static String ending(Optional<Throwable> failure) {
        return failure.map(thrown -> thrown instanceof ConsumerCrash ? "" : "; throws " + thrown + ", so no ack")
                .orElse("; returns");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
