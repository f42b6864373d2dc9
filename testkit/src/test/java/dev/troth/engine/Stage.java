package dev.troth.engine;

import dev.troth.InProcessTransport;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.message.Kind;
import dev.troth.spi.BranchStore;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.InMemoryBranchStore;
import dev.troth.testkit.InMemoryDecisionLog;
import dev.troth.tx.Branch;
import dev.troth.tx.TransactionEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A blog service and a review service in one JVM, over stores in memory; closed after each test. */
final class Stage implements AutoCloseable {
    final InstantSource clock = InstantSource.system();
    final InProcessTransport bus = InProcessTransport.create();
    final InMemoryDecisionLog log = new InMemoryDecisionLog(clock);
    final InMemoryBranchStore reviews = new InMemoryBranchStore(clock);
    final CrashPoints points = new CrashPoints();
    final List<TransactionEvent> events = new CopyOnWriteArrayList<>();
    final List<Troth> running = new ArrayList<>();
    volatile Handling handling = (note, branch) -> branch.connection();

    @FunctionalInterface
    interface Handling {
        Object handle(Note note, Branch branch) throws Exception;
    }

    TrothBuilder blogBuilder() {
        return Troth.builder("blog")
                .transport(bus.join())
                .decisions(log.anotherInstance())
                .timeout(Duration.ofSeconds(20))
                .patience(Duration.ofMillis(50))
                .probe(points)
                .listener(events::add);
    }

    Troth blog() {
        return started(blogBuilder());
    }

    Troth review() {
        return started(reviewBuilder(reviews.anotherInstance()));
    }

    TrothBuilder reviewBuilder(BranchStore store) {
        return Troth.builder("review")
                .transport(bus.join())
                .patience(Duration.ofMillis(50))
                .probe(points)
                .listener(events::add)
                .participant(Participant.named("review").on(store).handleAndAnswer(Note.class, (note, branch) -> {
                    Object answer = handling.handle(note, branch);
                    return answer instanceof String ? answer : java.util.Optional.empty();
                }));
    }

    TrothBuilder searchBuilder(InMemoryBranchStore store) {
        return Troth.builder("search")
                .transport(bus.join())
                .patience(Duration.ofMillis(50))
                .participant(Participant.named("search")
                        .on(store)
                        .handle(Note.class, (note, branch) -> branch.connection()));
    }

    /** An instance of an older version, which knows no notes yet. */
    TrothBuilder olderReviewBuilder() {
        return Troth.builder("review")
                .transport(bus.join())
                .patience(Duration.ofMillis(50))
                .participant(Participant.named("review")
                        .on(reviews.anotherInstance())
                        .handle(Older.class, (older, branch) -> branch.connection()));
    }

    /** A command of the older version. */
    @Kind("older")
    record Older(String text) {}

    Troth started(TrothBuilder builder) {
        Troth troth = builder.start();
        running.add(troth);
        return troth;
    }

    @Override
    public void close() {
        points.releaseAll();
        running.forEach(troth -> troth.stop(Duration.ofSeconds(1)));
        bus.close();
    }
}
