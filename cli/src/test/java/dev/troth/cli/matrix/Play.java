package dev.troth.cli.matrix;

import dev.troth.cli.harness.Polling;
import dev.troth.cli.process.Freeze;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.spi.CrashPoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Plays one cell: a blog is submitted, the service that passes the point pauses there, the harm is done, the service goes on, and what
 * was harmed is mended. Then everything has to become as it should by itself.
 */
final class Play {
    private static final Duration REACHED = Duration.ofSeconds(30);

    private final Scene scene;
    private final Cell cell;
    private final String title;

    Play(Scene scene, Cell cell, String title) {
        this.scene = scene;
        this.cell = cell;
        this.title = title;
    }

    /**
     * How it went.
     *
     * @param told what the caller was told
     * @param unlocked from the mending until both tables agreed and no lock was held
     * @param recovery from the mending until nothing was left over, not even a decision that somebody is owed
     * @param commits from the mending until another blog was committed
     * @param wrong what was not as it should be in the end; empty if all was well
     */
    record Ending(Submission told, Duration unlocked, Duration recovery, Duration commits, String wrong) {
        /** Of a cell that did not come to a good end. */
        static Ending wrong(Cell cell, Submission told, String wrong) {
            Duration allowed = cell.harm().allowed();
            return new Ending(told, allowed, allowed, allowed, wrong);
        }
    }

    Ending run() throws Exception {
        ServiceProcess passing = scene.process(Party.passing(cell.point()));
        boolean itself = cell.harm() == Harm.KILL && cell.victim() == Party.passing(cell.point());
        setTheStage();
        if (itself) {
            passing.crashAt(cell.point());
        } else {
            passing.pauseAt(cell.point());
        }
        CompletableFuture<Submission> told =
                Submission.of(scene.process(Party.BLOG).uri(), title);
        reachRollback();
        if (itself) {
            passing.awaitExit(REACHED);
        } else {
            passing.awaitPaused(cell.point(), REACHED);
        }
        harm();
        return ending(told);
    }

    /** Rolling back takes more than a request: somebody has to be too late, or gone. */
    private void setTheStage() {
        if (cell.point() == CrashPoint.BEFORE_ROLLBACK_SENT) {
            scene.process(Party.REVIEW).pauseAt(CrashPoint.AFTER_PREPARED);
        } else if (cell.point() == CrashPoint.AFTER_BRANCH_ROLLED_BACK) {
            scene.process(Party.BLOG).pauseAt(CrashPoint.AFTER_VOTES_COLLECTED);
        }
    }

    private void reachRollback() {
        if (cell.point() == CrashPoint.AFTER_BRANCH_ROLLED_BACK) {
            scene.process(Party.BLOG).awaitPaused(CrashPoint.AFTER_VOTES_COLLECTED, REACHED);
            scene.actor(Party.BLOG).restart();
        }
    }

    private void harm() throws InterruptedException {
        switch (cell.harm()) {
            case KILL -> kill();
            case PAUSE -> pause();
            default -> wire();
        }
    }

    private void kill() {
        Party victim = cell.victim();
        boolean service = victim == Party.BLOG || victim == Party.REVIEW;
        if (service) {
            scene.process(victim).close();
        } else {
            scene.server(victim).kill9();
        }
        goOn();
        if (service) {
            scene.actor(victim).restart();
        } else {
            scene.server(victim).start();
        }
    }

    private void pause() throws InterruptedException {
        Party victim = cell.victim();
        if (victim == Party.BLOG || victim == Party.REVIEW) {
            Freeze freeze = scene.process(victim).freeze();
            try {
                goOn();
                hold();
            } finally {
                freeze.close();
            }
        } else {
            scene.server(victim).pause();
            try {
                goOn();
                hold();
            } finally {
                scene.server(victim).resume();
            }
        }
    }

    private void wire() throws InterruptedException {
        var wire = scene.wire(cell.victim());
        switch (cell.harm()) {
            case CUT -> wire.cut();
            case FORGET -> wire.strand();
            case MUTE -> wire.stallToServer();
            case DEAF -> wire.stallToClient();
            default -> wire.stall();
        }
        try {
            goOn();
            hold();
        } finally {
            wire.heal();
        }
    }

    /** Whoever pauses at a point and still lives. */
    private void goOn() {
        for (Party service : new Party[] {Party.BLOG, Party.REVIEW}) {
            ServiceProcess process = scene.process(service);
            if (process.isAlive()) {
                process.resume();
            }
        }
    }

    private void hold() throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(cell.harm().hold().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Ending ending(CompletableFuture<Submission> told) throws Exception {
        long mended = System.nanoTime();
        try {
            Duration unlocked = Polling.untilNothing(cell.harm().allowed(), scene::locked);
            var unused = Polling.untilNothing(cell.harm().allowed(), scene::unclean);
            Duration recovery = Duration.ofNanos(System.nanoTime() - mended);
            Submission answer = told.get(REACHED.toMillis(), TimeUnit.MILLISECONDS);
            String wrong = scene.lie(answer, title);
            unused = Polling.untilNothing(cell.harm().allowed(), () -> scene.refusal(title + ", and after"));
            Duration commits = Duration.ofNanos(System.nanoTime() - mended);
            unused = Polling.untilNothing(cell.harm().allowed(), scene::unclean);
            return new Ending(answer, unlocked, recovery, commits, wrong);
        } catch (AssertionError e) {
            return Ending.wrong(cell, told.getNow(Submission.NONE), String.valueOf(e.getMessage()));
        } catch (TimeoutException e) {
            return Ending.wrong(cell, Submission.NONE, "the caller has no answer after " + REACHED);
        }
    }
}
