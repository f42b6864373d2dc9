package dev.troth.engine.participant;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Received;
import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Message;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import dev.troth.protocol.participant.ParticipantAction;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantRules;
import dev.troth.protocol.participant.ParticipantState;
import dev.troth.spi.BranchStore;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Scheduler;
import dev.troth.spi.Tracing;
import dev.troth.spi.Transport;
import dev.troth.tx.TransactionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One branch at this instance: feeds events to the {@link ParticipantRules} and performs the actions they return. The rules run
 * under the lock, the actions outside it; whatever blocks runs on a worker.
 */
final class ActiveBranch {
    private static final Logger log = LoggerFactory.getLogger(ActiveBranch.class);

    private final ParticipantContext context;
    private final BranchId id;
    private final Object lock = new Object();
    private ParticipantState state = new ParticipantState.Unknown(); // guarded by lock
    private final List<Delivery> unsettled = new ArrayList<>(); // guarded by lock
    private Scheduler.Timer timer = () -> {}; // guarded by lock
    private boolean holdsSlot; // guarded by lock
    private @Nullable Received prepare; // guarded by lock
    private @Nullable BranchRun run; // guarded by lock
    private String trace = ""; // guarded by lock; of the first message that carried one

    ActiveBranch(ParticipantContext context, BranchId id) {
        this.context = context;
        this.id = id;
    }

    /** Takes a message for this branch; returns false, having done nothing, if the branch is over. */
    boolean receive(ParticipantEvent event, Received received) {
        synchronized (lock) {
            if (state instanceof ParticipantState.Over) {
                return false;
            }
            if (endsWithoutMessages(state)) {
                received.delivery()
                        .ack(); // whoever sent it says it again; kept, it would block the instance's other messages
            } else {
                unsettled.add(received.delivery());
            }
            if (event instanceof ParticipantEvent.PrepareArrived && state instanceof ParticipantState.Unknown) {
                prepare = received;
            }
            continues(received);
        }
        return post(event);
    }

    /** The message belongs to a trace, which the branch continues unless it knows another. */
    void continues(Received received) {
        synchronized (lock) {
            if (trace.isEmpty()) {
                trace = received.traceparent();
            }
        }
    }

    private static boolean endsWithoutMessages(ParticipantState state) {
        return state instanceof ParticipantState.Finishing
                || state instanceof ParticipantState.Missing
                || state instanceof ParticipantState.NotingHeuristic;
    }

    /** Takes an event; returns false, having done nothing, if the branch is over. */
    boolean post(ParticipantEvent event) {
        Step<ParticipantState, ParticipantAction> step;
        synchronized (lock) {
            if (state instanceof ParticipantState.Over) {
                return false;
            }
            step = ParticipantRules.step(state, event);
            state = step.state();
        }
        step.actions().forEach(this::perform);
        return true;
    }

    BranchId id() {
        return id;
    }

    boolean working() {
        synchronized (lock) {
            return state instanceof ParticipantState.Working;
        }
    }

    /** Works, or carries out what was decided; a branch that is in doubt does neither. */
    boolean busy() {
        synchronized (lock) {
            return state instanceof ParticipantState.Working
                    || state instanceof ParticipantState.Finishing
                    || state instanceof ParticipantState.NotingHeuristic;
        }
    }

    private void perform(ParticipantAction action) {
        if (action instanceof ParticipantAction.Work) {
            context.slots().enter(this::takeSlot);
        } else if (action instanceof ParticipantAction.Interrupt) {
            interrupt();
        } else if (action instanceof ParticipantAction.VoteYes yes) {
            tell(new TransactionEvent.BranchPrepared(id, name()));
            vote(new Vote.Yes(yes.answer(), context.voter()));
        } else if (action instanceof ParticipantAction.VoteReadOnly readOnly) {
            vote(new Vote.ReadOnly(readOnly.answer()));
        } else if (action instanceof ParticipantAction.VoteNo no) {
            tell(new TransactionEvent.BranchRefused(id, name(), no.refusal()));
            vote(new Vote.No(no.refusal()));
        } else if (action instanceof ParticipantAction.Finish finish) {
            context.finishers().enter(() -> finish(finish.outcome()));
        } else if (action instanceof ParticipantAction.RetryLater retry) {
            wake(retry.attempt(), new ParticipantEvent.RetryDue());
        } else if (action instanceof ParticipantAction.AskLater later) {
            askLater(later.attempt());
        } else if (action instanceof ParticipantAction.NoteHeuristic note) {
            context.finishers().enter(() -> noteHeuristic(note.decided()));
        } else if (action instanceof ParticipantAction.RaiseCommitted) {
            log.warn(
                    "code=TROTH-0211 branch={} participant={} This branch was to be rolled back, but it has committed: somebody"
                            + " has committed it by hand, or the answer is older than the decision log's history. Compare the"
                            + " databases",
                    id,
                    name());
        } else if (action instanceof ParticipantAction.Report report) {
            report.to().forEach(instance -> context.reports().add(instance, id, report.heuristic()));
        } else if (action instanceof ParticipantAction.Forget) {
            forget();
        } else {
            ask(action);
        }
    }

    /** The branch has its slot in the database; now it waits for its turn to work. */
    private void takeSlot() {
        BranchRun started;
        boolean tooLate;
        synchronized (lock) {
            holdsSlot = true;
            tooLate = !(state instanceof ParticipantState.Working working)
                    || working.decided().isPresent();
            Received message = Objects.requireNonNull(prepare);
            started = new BranchRun(context, message, this::post, context.workers()::leave);
            run = started;
        }
        context.workers().enter(started);
        if (tooLate) {
            started.abandon(Refusal.Reason.ERROR, "the transaction was rolled back before the handler could run");
        }
    }

    private void interrupt() {
        BranchRun running;
        synchronized (lock) {
            running = run;
        }
        if (running != null) {
            running.abandon(Refusal.Reason.ERROR, "the transaction was rolled back while the handler ran");
        }
    }

    private void vote(Vote vote) {
        Environment environment = environment();
        Message voted = new Message.Voted(id, name(), vote);
        context.sender()
                .send(
                        id.gid().coordinator(),
                        voted,
                        traceparent(),
                        environment
                                .untilDeadline(id.gid())
                                .plus(environment.settings().patience()))
                .whenComplete((sent, failure) -> {
                    if (failure != null) {
                        log.debug("branch={} vote not sent; the branch asks if it hears nothing", id, failure);
                    } else {
                        environment.reached(CrashPoint.AFTER_VOTE_SENT, id.gid());
                    }
                    settle();
                    if (sent == Transport.Sent.UNROUTABLE) {
                        post(new ParticipantEvent.CoordinatorGone());
                    }
                });
    }

    private void finish(Outcome outcome) {
        ParticipantEvent event;
        try {
            environment().reached(CrashPoint.DECISION_RECEIVED, id.gid());
            event = finished(outcome, environment().traces().within(() -> step(outcome), () -> decide(outcome)));
        } catch (Throwable e) { // whatever it is, the branch must not stay prepared for ever
            logNotFinished(outcome, e);
            event = new ParticipantEvent.NotFinished();
        } finally {
            context.finishers().leave();
        }
        post(event);
    }

    private BranchStore.Finish decide(Outcome outcome) {
        BranchStore store = context.spec().store();
        return outcome == Outcome.COMMITTED ? store.commit(id) : store.rollback(id);
    }

    private Tracing.Step step(Outcome outcome) {
        Received message;
        synchronized (lock) {
            message = prepare;
        }
        return new Tracing.Step(
                outcome == Outcome.COMMITTED ? Tracing.Part.COMMIT : Tracing.Part.ROLLBACK,
                name(),
                message != null && message.message() instanceof Message.Prepare asked
                        ? asked.command().kind()
                        : "",
                id.toString(),
                traceparent());
    }

    /** Once per branch: the database may be away for long, and many branches wait for it. */
    private void logNotFinished(Outcome outcome, Throwable e) {
        boolean first;
        synchronized (lock) {
            first = state instanceof ParticipantState.Finishing finishing && finishing.attempts() == 0;
        }
        if (first) {
            log.warn(
                    "code=TROTH-0206 branch={} participant={} outcome={} The decision could not be carried out; the branch stays"
                            + " prepared, with its locks, and it is tried again until it works: {}",
                    id,
                    name(),
                    outcome,
                    e.getMessage());
        }
        log.debug("branch={} outcome={} not carried out", id, outcome, e);
    }

    private ParticipantEvent finished(Outcome outcome, BranchStore.Finish finish) {
        switch (finish) {
            case DONE, ALREADY -> {
                if (finish == BranchStore.Finish.DONE) {
                    tell(new TransactionEvent.BranchFinished(id, name(), outcome));
                }
                environment()
                        .reached(
                                outcome == Outcome.COMMITTED
                                        ? CrashPoint.AFTER_BRANCH_COMMITTED
                                        : CrashPoint.AFTER_BRANCH_ROLLED_BACK,
                                id.gid());
                return new ParticipantEvent.Finished();
            }
            case MISSING -> {
                return new ParticipantEvent.NotFound();
            }
            default -> {
                log.debug("branch={} outcome={} is held by another session, tried again", id, outcome);
                return new ParticipantEvent.NotFinished();
            }
        }
    }

    private void noteHeuristic(Outcome decided) {
        String found = decided == Outcome.COMMITTED
                ? "decided to commit, but not prepared here any more and no branch row"
                : "decided to roll back, but not prepared here any more and its branch row says COMMITTED";
        ParticipantEvent event;
        try {
            context.spec().store().heuristic(id, decided, found);
            log.error(
                    "code=TROTH-0207 branch={} participant={} Somebody has finished this branch by hand: {}. It is recorded in"
                            + " troth_heuristics for ever; compare the databases and repair them",
                    id,
                    name(),
                    found);
            tell(new TransactionEvent.Heuristic(id, name(), decided));
            event = new ParticipantEvent.HeuristicNoted();
        } catch (Throwable e) { // noted or not, it is tried again
            log.warn("code=TROTH-0208 branch={} A heuristic outcome could not be recorded; it is tried again", id, e);
            event = new ParticipantEvent.NotFinished();
        } finally {
            context.finishers().leave();
        }
        post(event);
    }

    private void askLater(int attempt) {
        wake(attempt, null);
    }

    /** The deadline is looked at when the time has come, not before. */
    private void wake(int attempt, @Nullable ParticipantEvent event) {
        Scheduler.Timer next = environment().scheduler().after(environment().pause(attempt), () -> {
            boolean late = environment().untilDeadline(id.gid()).isZero();
            post(event == null ? new ParticipantEvent.InquiryDue(late) : event);
        });
        synchronized (lock) {
            boolean retries =
                    state instanceof ParticipantState.Finishing || state instanceof ParticipantState.NotingHeuristic;
            boolean asks = state instanceof ParticipantState.InDoubt || state instanceof ParticipantState.Missing;
            if (event == null ? asks : retries) {
                timer.cancel();
                timer = next;
            } else {
                next.cancel(); // the branch has moved on since this was asked for; it must not lose the timer that
                // it has
            }
        }
    }

    private void ask(ParticipantAction action) {
        boolean atLog = action instanceof ParticipantAction.AskLog;
        int attempt = atLog
                ? ((ParticipantAction.AskLog) action).attempt()
                : ((ParticipantAction.AskCoordinator) action).attempt();
        tell(new TransactionEvent.Inquired(id, name(), attempt));
        Message inquire = new Message.Inquire(id, name(), context.sender().self());
        Address to = atLog ? id.gid().decisionLog() : id.gid().coordinator();
        context.sender().sendLossy(to, inquire, traceparent(), () -> {
            if (!atLog) {
                post(new ParticipantEvent.CoordinatorGone());
            } else if (attempt == 3) {
                log.warn(
                        "code=TROTH-0209 branch={} participant={} The branch is in doubt and holds its locks, and no instance of"
                                + " service '{}' answers for its decision log. It goes on asking; start that service",
                        id,
                        name(),
                        id.gid().service());
            }
        });
    }

    private void forget() {
        boolean release;
        synchronized (lock) {
            timer.cancel();
            release = holdsSlot;
            holdsSlot = false;
        }
        settle();
        context.forget().accept(this);
        if (release) {
            context.slots().leave();
        }
    }

    /** Settles what has arrived for this branch: what it asked for is durable or void. */
    private void settle() {
        List<Delivery> settled;
        synchronized (lock) {
            settled = List.copyOf(unsettled);
            unsettled.clear();
        }
        settled.forEach(Delivery::ack);
    }

    private String traceparent() {
        synchronized (lock) {
            return trace;
        }
    }

    private String name() {
        return context.spec().name();
    }

    private Environment environment() {
        return context.environment();
    }

    private void tell(TransactionEvent event) {
        environment().events().tell(event);
    }
}
