package dev.troth.engine.participant;

import dev.troth.engine.participant.ParticipantSpec.HandlerEntry;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Nesting;
import dev.troth.engine.wire.Received;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Message;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Prepared;
import dev.troth.spi.CodecException;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Scheduler;
import dev.troth.spi.StoreException;
import dev.troth.spi.Tracing;
import dev.troth.tx.RefusedException;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a handler, from the start of its branch to the prepared state, on a thread of its own.
 *
 * <p>A handler may never return. At the deadline the run is abandoned: its thread is interrupted, its connection torn down, the
 * vote is no. Whoever moves
 * the stage away from RUNNING first, the run or the one who abandons it, decides how it ends.
 */
final class BranchRun implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(BranchRun.class);

    private enum Stage {
        QUEUED,
        RUNNING,
        CLOSING,
        ABANDONED
    }

    private final ParticipantContext context;
    private final Received received;
    private final Message.Prepare prepare;
    private final Consumer<ParticipantEvent> outcome;
    private final Runnable ended;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.QUEUED);
    private volatile @Nullable BranchWork work;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Object interrupting = new Object();
    private volatile @Nullable Thread thread; // the run's own while it runs; changed to null under the lock

    /**
     * Creates it.
     *
     * @param outcome hears, once, how the run ended
     * @param ended called once when the run needs its permit no more
     */
    BranchRun(ParticipantContext context, Received received, Consumer<ParticipantEvent> outcome, Runnable ended) {
        this.context = context;
        this.received = received;
        this.prepare = (Message.Prepare) received.message();
        this.outcome = outcome;
        this.ended = ended;
    }

    @Override
    public void run() {
        Environment environment = context.environment();
        if (!stage.compareAndSet(Stage.QUEUED, Stage.RUNNING)) {
            ended.run();
            return;
        }
        Duration left = environment.untilDeadline(branch().gid());
        if (left.isZero() && !prepare.onePhase()) {
            end(refused(Refusal.Reason.TIMED_OUT, "the deadline passed before the branch could start"));
            return;
        }
        // A one-phase branch is asked for after its deadline too: its row tells whether it committed.
        Duration limit = left.isZero() ? environment.settings().timeout() : left;
        thread = Thread.currentThread();
        Scheduler.Timer deadline = environment
                .scheduler()
                .after(
                        limit,
                        () -> abandon(Refusal.Reason.TIMED_OUT, "the handler did not return before the deadline"));
        try {
            ParticipantEvent event = beginAndHandle();
            if (event != null) {
                end(
                        prepare.onePhase() && event instanceof ParticipantEvent.Refused refused
                                ? refuseForGood(refused)
                                : event);
            }
        } catch (Throwable unforeseen) {
            end(unforeseen(unforeseen));
        } finally {
            deadline.cancel();
            synchronized (interrupting) {
                thread = null;
                boolean unused = Thread.interrupted(); // an interruption that came too late belongs to nobody
            }
        }
    }

    /** Makes an end of it from outside. */
    void abandon(Refusal.Reason reason, String message) {
        if (stage.compareAndSet(Stage.QUEUED, Stage.ABANDONED)) {
            outcome.accept(refused(reason, message));
            return;
        }
        if (!stage.compareAndSet(Stage.RUNNING, Stage.ABANDONED)) {
            return;
        }
        BranchWork started = work;
        synchronized (interrupting) { // or it could hit whatever the thread does next
            Thread running = thread;
            if (running != null) {
                running.interrupt();
            }
        }
        log.warn(
                "code=TROTH-0203 branch={} participant={} kind={} The handler was abandoned: {}. Its connection is torn down, the"
                        + " branch votes no; its thread was interrupted",
                branch(),
                prepare.participant(),
                prepare.command().kind(),
                message);
        ParticipantEvent.Refused refused = refused(reason, message);
        if (started == null) { // a one-phase branch may have committed before
            end(prepare.onePhase() ? new ParticipantEvent.CommitAtOnceUnknown() : refused);
        } else {
            context.environment().scheduler().workers().execute(() -> tearDown(started, refused));
            if (!prepare.onePhase()) {
                end(refused);
            }
        }
    }

    private void tearDown(BranchWork started, ParticipantEvent.Refused refused) {
        started.abandon();
        if (prepare.onePhase()) {
            end(refuseForGood(refused));
        }
    }

    private void end(ParticipantEvent event) {
        if (over.compareAndSet(false, true)) {
            ended.run();
            outcome.accept(event);
        }
    }

    /** Returns how it ended, or null if it was abandoned meanwhile. */
    private @Nullable ParticipantEvent beginAndHandle() {
        Optional<Refusal> unread = context.whyNot(prepare);
        if (unread.isPresent()) {
            return close() ? new ParticipantEvent.Refused(unread.get()) : null;
        }
        Begun begun;
        try {
            begun = context.spec().store().begin(branch());
        } catch (StoreException e) {
            if (!close()) {
                return null;
            }
            // A one-phase branch may have committed before: only its row can tell, so nothing is said without it.
            return prepare.onePhase() ? new ParticipantEvent.CommitAtOnceUnknown() : failed(e);
        }
        if (begun instanceof Begun.NotStarted notStarted) {
            return close() ? seen(notStarted) : null;
        }
        BranchWork started = ((Begun.Started) begun).work();
        work = started;
        if (stage.get() != Stage.RUNNING) {
            started.rollback(); // abandoned while it began: nobody else knows of this connection
            return null;
        }
        context.environment().reached(CrashPoint.BRANCH_STARTED, branch().gid());
        Payload answer;
        try {
            answer = handle(started);
        } catch (Throwable failure) {
            boolean mine = close();
            started.rollback();
            return mine ? failed(failure) : null;
        }
        context.environment().reached(CrashPoint.HANDLER_RETURNED, branch().gid());
        if (!close()) {
            started.rollback();
            return null;
        }
        return prepare.onePhase() ? commitAtOnce(started, answer) : prepare(started, answer);
    }

    /**
     * A no to a one-phase branch is final for its caller, and nobody would roll a late duplicate back: so the store is marked
     * before it is said, or it is not said.
     */
    private ParticipantEvent refuseForGood(ParticipantEvent.Refused refused) {
        try {
            return switch (context.spec().store().rollback(branch())) {
                case DONE, ALREADY -> refused;
                case MISSING -> new ParticipantEvent.FoundCommitted();
                case HELD -> new ParticipantEvent.CommitAtOnceUnknown();
            };
        } catch (StoreException e) {
            log.debug("branch={} the refusal could not be marked, so it is not told", branch(), e);
            return new ParticipantEvent.CommitAtOnceUnknown();
        }
    }

    /** A failure that no store or handler should let out: the branch may be prepared, so it is not simply refused. */
    private ParticipantEvent unforeseen(Throwable failure) {
        log.error(
                "code=TROTH-0210 branch={} participant={} An unforeseen failure; the branch votes no and asks what became of its"
                        + " transaction",
                branch(),
                prepare.participant(),
                failure);
        return prepare.onePhase()
                ? new ParticipantEvent.CommitAtOnceUnknown()
                : new ParticipantEvent.PrepareUnknown(new Refusal(
                        Refusal.Reason.ERROR,
                        "unforeseen: " + failure.getClass().getName()));
    }

    private boolean close() {
        return stage.compareAndSet(Stage.RUNNING, Stage.CLOSING);
    }

    private Payload handle(BranchWork started) throws Exception {
        HandlerEntry<?> entry = context.spec().handlers().get(prepare.command().kind());
        if (entry == null) {
            throw new IllegalStateException("checked before");
        }
        Nesting.enter("branch " + branch() + " of participant '" + prepare.participant() + "'");
        try {
            return handle(entry, started);
        } finally {
            Nesting.leave();
        }
    }

    private <C> Payload handle(HandlerEntry<C> entry, BranchWork started) throws Exception {
        C command = context.payloads().read(prepare.command(), entry.type());
        BranchView view = new BranchView(branch(), started, received.delivery());
        Supplier<Tracing.Step> step = () -> new Tracing.Step(
                Tracing.Part.PREPARE,
                prepare.participant(),
                prepare.command().kind(),
                branch().toString(),
                received.traceparent());
        return context.payloads()
                .answer(context.environment()
                        .traces()
                        .<Object, Exception>within(step, () -> entry.handler().handle(command, view)));
    }

    private ParticipantEvent prepare(BranchWork started, Payload answer) {
        try {
            if (started.prepare() == Prepared.READ_ONLY) {
                return new ParticipantEvent.WasReadOnly(answer);
            }
        } catch (BranchFailedException e) {
            return failed(e);
        } catch (StoreException e) {
            return new ParticipantEvent.PrepareUnknown(explain(e));
        }
        context.environment().reached(CrashPoint.AFTER_PREPARED, branch().gid());
        return new ParticipantEvent.Prepared(answer);
    }

    private ParticipantEvent commitAtOnce(BranchWork started, Payload answer) {
        try {
            started.commitOnePhase();
        } catch (BranchFailedException e) {
            return failed(e);
        } catch (StoreException e) {
            log.warn(
                    "code=TROTH-0204 branch={} participant={} Whether this one-phase branch committed is not known; whoever"
                            + " started it asks again and is told by its branch row",
                    branch(),
                    prepare.participant(),
                    e);
            return new ParticipantEvent.CommitAtOnceUnknown();
        }
        context.environment().reached(CrashPoint.AFTER_BRANCH_COMMITTED, branch().gid());
        return new ParticipantEvent.CommittedAtOnce(answer);
    }

    private ParticipantEvent seen(Begun.NotStarted notStarted) {
        return switch (notStarted.seen()) {
            case PREPARED -> new ParticipantEvent.FoundPrepared();
            case COMMITTED -> new ParticipantEvent.FoundCommitted();
            case BUSY -> new ParticipantEvent.FoundBusy();
            case ROLLED_BACK -> // whoever did it has said why, in a vote that may be lost
                refused(Refusal.Reason.UNAVAILABLE, "the branch was rolled back before");
            case EXPIRED ->
                refused(Refusal.Reason.TIMED_OUT, "the deadline had passed by the clock of the participant's database");
        };
    }

    private ParticipantEvent failed(Throwable failure) {
        Refusal refusal = explain(failure);
        switch (refusal.reason()) {
            case REFUSED -> log.debug("branch={} refused: {}", branch(), refusal.message());
            case CONSTRAINT, CONFLICT, TIMED_OUT, OVERLOADED ->
                log.info(
                        "branch={} participant={} kind={} votes no: {}",
                        branch(),
                        prepare.participant(),
                        prepare.command().kind(),
                        refusal);
            default ->
                log.warn(
                        "code=TROTH-0201 branch={} participant={} kind={} The branch votes no: {}. It holds nothing; the caller is"
                                + " told",
                        branch(),
                        prepare.participant(),
                        prepare.command().kind(),
                        refusal,
                        failure);
        }
        return new ParticipantEvent.Refused(refusal);
    }

    private Refusal explain(Throwable failure) {
        if (failure instanceof RefusedException) {
            return new Refusal(Refusal.Reason.REFUSED, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof BranchFailedException failed) {
            return failed.refusal();
        }
        if (failure instanceof CodecException) {
            return new Refusal(Refusal.Reason.BAD_PAYLOAD, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof TrothException) {
            return new Refusal(Refusal.Reason.MISUSE, String.valueOf(failure.getMessage()));
        }
        return context.spec().store().explain(failure);
    }

    private static ParticipantEvent.Refused refused(Refusal.Reason reason, String message) {
        return new ParticipantEvent.Refused(new Refusal(reason, message));
    }

    private BranchId branch() {
        return prepare.branch();
    }
}
