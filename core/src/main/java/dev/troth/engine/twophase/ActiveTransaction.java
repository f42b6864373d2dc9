package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Environment;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.BranchState;
import dev.troth.protocol.coordinator.Coordinator;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorState;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.protocol.log.LogRules;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.StoreException;
import dev.troth.spi.Transport;
import dev.troth.tx.BranchRefusal;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction of this instance: feeds events to the {@link Coordinator}'s rules and performs the actions they return.
 *
 * <p>Events come from everywhere: votes on transport threads, the deadline from the timer, the rest from the owner. The rules run
 * under the lock, the actions outside it. Actions that touch the local database are left to the owner, who runs the work and
 * owns its connection: they complete {@link #turn()}, for which the owner waits.
 */
final class ActiveTransaction {
    private static final Logger log = LoggerFactory.getLogger(ActiveTransaction.class);

    private final CoordinatorContext context;
    private final Gid gid;
    private final TransactionOptions options;
    private final LocalWork local;
    private final Answers answers;
    private final CompletableFuture<CoordinatorAction> turn = new CompletableFuture<>();
    private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    private final Map<Integer, Address.Instance> askers = new ConcurrentHashMap<>();

    private final Object lock = new Object();
    private CoordinatorState state; // guarded by lock
    private final List<Enlistment<?>> enlistments = new ArrayList<>(); // guarded by lock

    private volatile @Nullable Throwable cause;

    /** A transaction that begins. */
    ActiveTransaction(CoordinatorContext context, Gid gid, TransactionOptions options) {
        this.context = context;
        this.gid = gid;
        this.options = options;
        this.state = CoordinatorState.BEGUN;
        this.local = new LocalWork(this, context);
        this.answers = new Answers(context.environment());
    }

    /** A committed transaction whose branches are still owed the decision. */
    ActiveTransaction(CoordinatorContext context, CommitRecord commit) {
        this.context = context;
        this.gid = commit.gid();
        this.options = TransactionOptions.named(commit.kind()).traceparent(commit.traceparent());
        this.state = CoordinatorState.recovered(commit);
        this.local = new LocalWork(this, context);
        this.answers = new Answers(context.environment());
    }

    Gid gid() {
        return gid;
    }

    String traceparent() {
        return options.traceparent();
    }

    LocalWork local() {
        return local;
    }

    /** What the owner calls when its work has returned, or failed: it will wait for its turn, and for nothing else. */
    void workEnded(CoordinatorEvent how) {
        answers.ownerWaits();
        post(how);
    }

    /** Does what the votes have led to; called by the owner when it is its turn. */
    void takeTurn(CoordinatorAction action) {
        answers.deliver();
        local.takeTurn(action);
    }

    /** Completes what users hold, for an owner that waits no more and has no turn to take. */
    void deliverAnswers() {
        answers.deliver();
    }

    /** Completes with what the owner has to do when the votes are in, or when there is nothing to wait for any more. */
    CompletableFuture<CoordinatorAction> turn() {
        return turn;
    }

    CompletableFuture<Verdict> verdict() {
        return verdict;
    }

    Phase phase() {
        synchronized (lock) {
            return state.phase();
        }
    }

    boolean refused() {
        synchronized (lock) {
            return state.branches().stream().anyMatch(branch -> branch.refusal().isPresent());
        }
    }

    CommitRecord commitRecord() {
        synchronized (lock) {
            return new CommitRecord(gid, options.kind(), state.owed(), options.traceparent());
        }
    }

    /** Asks a participant to prepare. */
    <R> CompletableFuture<R> enlist(String participant, Payload command, Function<Payload, R> reader) {
        Enlistment<R> enlistment = new Enlistment<>(command, reader, new CompletableFuture<>());
        Step<CoordinatorState, CoordinatorAction> step;
        int number;
        synchronized (lock) {
            if (state.doomed()) {
                throw rolledBack();
            }
            if (state.phase() != Phase.WORKING) {
                throw new TrothException("Participant '" + participant + "' was enlisted in transaction " + gid
                        + " when its work had already returned. Enlist inside the function given to transact.");
            }
            number = enlistments.size();
            BranchId checked = new BranchId(gid, number);
            step = Coordinator.step(state, new CoordinatorEvent.Enlisted(participant));
            state = step.state();
            enlistments.add(enlistment);
            log.debug("branch={} participant={} enlisted", checked, participant);
        }
        tell(new TransactionEvent.Enlisted(new BranchId(gid, number), participant));
        step.actions().forEach(this::perform);
        return answers.promise(enlistment.answer());
    }

    void post(CoordinatorEvent happened) {
        CoordinatorEvent event = happened instanceof CoordinatorEvent.Voted voted ? read(voted) : happened;
        Step<CoordinatorState, CoordinatorAction> step;
        boolean doomedNow;
        synchronized (lock) {
            boolean doomed = state.doomed();
            step = Coordinator.step(state, event);
            state = step.state();
            doomedNow = state.doomed() && !doomed;
        }
        announce(event);
        step.actions().forEach(this::perform);
        if (doomedNow) {
            RolledBackException why = rolledBack();
            enlistments().forEach(enlistment -> enlistment.rolledBack(why));
        }
    }

    /** A yes whose answer cannot be used is none: nothing is decided yet, and whoever committed all the same could not tell. */
    private CoordinatorEvent read(CoordinatorEvent.Voted voted) {
        List<Enlistment<?>> all = enlistments();
        Optional<Refusal> unusable =
                voted.branch() < all.size() ? all.get(voted.branch()).voted(voted.vote()) : Optional.empty();
        return unusable.<CoordinatorEvent>map(
                        refusal -> new CoordinatorEvent.AnswerUnusable(voted.branch(), voted.vote(), refusal))
                .orElse(voted);
    }

    private void announce(CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.Voted voted) {
            BranchId branch = new BranchId(gid, voted.branch());
            String participant = participant(voted.branch());
            tell(
                    voted.vote() instanceof Vote.No no
                            ? new TransactionEvent.VotedNo(branch, participant, no.refusal())
                            : new TransactionEvent.VotedYes(
                                    branch, participant, voted.vote() instanceof Vote.ReadOnly));
        } else if (event instanceof CoordinatorEvent.GaveUp gaveUp) {
            countedAsNo(gaveUp.branch(), gaveUp.refusal());
        } else if (event instanceof CoordinatorEvent.AnswerUnusable unusable) {
            countedAsNo(unusable.branch(), unusable.refusal());
        }
    }

    private void countedAsNo(int branch, Refusal refusal) {
        tell(new TransactionEvent.VotedNo(new BranchId(gid, branch), participant(branch), refusal));
    }

    private void perform(CoordinatorAction action) {
        if (action instanceof CoordinatorAction.SendPrepare prepare) {
            sendPrepare(prepare.branch());
        } else if (action instanceof CoordinatorAction.SendDecision decision) {
            sendDecision(decision.branch(), decision.outcome());
        } else if (action instanceof CoordinatorAction.Answer answer) {
            answer(answer);
        } else if (action instanceof CoordinatorAction.AnswerFromLog asked) {
            environment().scheduler().workers().execute(() -> answerFromLog(asked.branch()));
        } else if (action instanceof CoordinatorAction.RecordCommit) {
            turn.complete(action);
        } else if (action instanceof CoordinatorAction.RollBackLocally) {
            if (!turn.complete(action)) {
                local.rollBack();
            }
        } else if (action instanceof CoordinatorAction.Resolve) {
            resolve();
        } else if (action instanceof CoordinatorAction.ResolveLater) {
            later(this::resolve);
        } else if (action instanceof CoordinatorAction.NoteReports note) {
            noteReports(note);
        } else if (action instanceof CoordinatorAction.MarkDone) {
            tell(new TransactionEvent.Completed(gid));
            environment().reached(CrashPoint.AFTER_DONE_RECEIVED, gid);
            if (!commitRecord().owed().isEmpty()) { // else the log had it done as it recorded it
                context.done().accept(gid);
            }
        } else if (action instanceof CoordinatorAction.Forget) {
            context.forget().accept(gid);
        } else {
            tellCaller(action);
        }
    }

    private void tellCaller(CoordinatorAction action) {
        if (action instanceof CoordinatorAction.TellCommitted) {
            tell(new TransactionEvent.Decided(gid, Outcome.COMMITTED));
            verdict.complete(Verdict.COMMITTED);
        } else if (action instanceof CoordinatorAction.TellRolledBack) {
            tell(new TransactionEvent.Decided(gid, Outcome.ABORTED));
            verdict.complete(Verdict.ROLLED_BACK);
        } else if (action instanceof CoordinatorAction.TellUnknown && verdict.complete(Verdict.UNKNOWN)) {
            log.warn(
                    "code=TROTH-0103 gid={} The local commit's fate is not known and the decision log does not answer; the"
                            + " branches stay in doubt. It is asked again until it answers, here and by any other instance",
                    gid,
                    cause);
            tell(new TransactionEvent.OutcomeUnknown(gid));
        }
        turn.complete(action);
    }

    private void sendPrepare(int number) {
        BranchId branch = new BranchId(gid, number);
        String participant = participant(number);
        Message prepare = new Message.Prepare(
                branch, participant, enlistments().get(number).command(), false);
        environment().reached(CrashPoint.BEFORE_PREPARE_SENT, gid);
        Duration timeToLive = environment().untilDeadline(gid).plusMillis(1);
        context.sender()
                .send(new Address.Participant(participant), prepare, options.traceparent(), timeToLive)
                .whenComplete((sent, failure) -> {
                    if (failure != null) {
                        log.debug("branch={} PREPARE not sent", branch, failure);
                        cause = failure;
                        post(new CoordinatorEvent.GaveUp(
                                number,
                                new Refusal(
                                        Refusal.Reason.UNAVAILABLE, "PREPARE was not sent: " + failure.getMessage())));
                    } else if (sent == Transport.Sent.UNROUTABLE) {
                        post(new CoordinatorEvent.Voted(number, new Vote.No(nobody(participant))));
                    } else if (sent == Transport.Sent.GONE) {
                        post(new CoordinatorEvent.GaveUp(number, nobody(participant)));
                    }
                });
    }

    static Refusal nobody(String participant) {
        return new Refusal(
                Refusal.Reason.UNKNOWN_PARTICIPANT,
                "nobody offers a participant named '" + participant + "' on this transport");
    }

    /** Saves asking later; when it fails, it is noted with the next redrive. */
    private void noteReports(CoordinatorAction.NoteReports note) {
        try {
            context.log().reported(note.logged(), note.reported());
        } catch (StoreException e) {
            log.debug("gid={} reports not noted", gid, e);
        }
    }

    /** To the instance that prepared; when it is gone, to any that offers the participant. */
    private void sendDecision(int number, Outcome outcome) {
        BranchState branch = branch(number);
        Address shared = new Address.Participant(branch.participant());
        if (outcome == Outcome.ABORTED) {
            environment().reached(CrashPoint.BEFORE_ROLLBACK_SENT, gid);
        }
        Optional<Vote.Voter> voter = branch.vote()
                .flatMap(vote -> vote instanceof Vote.Yes yes ? Optional.of(yes.voter()) : Optional.empty());
        String store = voter.map(Vote.Voter::store).orElse("");
        Message decide = new Message.Decide(new BranchId(gid, number), branch.participant(), store, outcome);
        String trace = options.traceparent();
        if (voter.isPresent() && !context.absent().contains(voter.get().instance())) {
            Address.Instance to = voter.get().instance();
            context.sender().sendLossy(to, decide, trace, () -> {
                context.absent().add(to);
                context.sender().sendLossy(shared, decide, trace, () -> {});
            });
        } else {
            context.sender().sendLossy(shared, decide, trace, () -> {});
        }
        if (outcome == Outcome.COMMITTED) {
            environment().reached(CrashPoint.AFTER_COMMIT_SENT, gid);
        }
    }

    private void answerFromLog(int branch) {
        try {
            Standing standing = context.log()
                    .read(gid)
                    .map(row -> LogRules.standing(row, branch))
                    .orElse(Standing.COMMITTED_DONE);
            answer(new CoordinatorAction.Answer(branch, standing));
        } catch (StoreException e) {
            log.debug("branch={} not answered, it asks again", new BranchId(gid, branch), e);
        }
    }

    private void answer(CoordinatorAction.Answer answer) {
        Address.Instance asker = askers.remove(answer.branch());
        if (asker != null) {
            Message reply = new Message.Answer(
                    new BranchId(gid, answer.branch()), participant(answer.branch()), answer.standing());
            context.sender().sendLossy(asker, reply, options.traceparent(), () -> {});
        }
    }

    /** A branch asks; the answer goes to the asker. */
    void inquired(Message.Inquire inquire) {
        askers.put(inquire.branch().number(), inquire.asker());
        post(new CoordinatorEvent.Inquired(inquire.branch().number()));
    }

    /** May block: runs on the owner's thread, or on a worker. */
    private void resolve() {
        CoordinatorEvent event;
        try {
            event = new CoordinatorEvent.Resolved(context.log().resolve(gid).outcome());
        } catch (Throwable e) { // whatever it is, the transaction must not stay undecided for ever
            log.debug("gid={} the decision log does not answer", gid, e);
            event = new CoordinatorEvent.ResolveFailed();
        }
        post(event);
    }

    /**
     * The local transaction of somebody else has ended, nobody knows how: asks the log. Never blocks: that transaction may still hold its row, and
     * its connection.
     */
    void askLog() {
        Runnable ask = () -> post(new CoordinatorEvent.CommitUnknown());
        try {
            environment().scheduler().workers().execute(ask);
        } catch (RejectedExecutionException stopped) {
            log.debug("gid={} the log is asked by another instance, this one has stopped", gid, stopped);
        } catch (Error noThread) {
            later(ask);
        }
    }

    /** Its deadline is over, and its owner should have said by now how it ended; his thread may be gone. */
    void ownerIsSilent() {
        if (phase() == Phase.DECIDING) {
            askLog();
        } else if (phase() == Phase.WORKING) {
            post(new CoordinatorEvent.WorkFailed(
                    new Refusal(Refusal.Reason.TIMED_OUT, "its local transaction had not ended at the deadline")));
        }
    }

    private void later(Runnable blocking) {
        environment()
                .scheduler()
                .after(
                        environment().pause(1),
                        () -> environment().scheduler().workers().execute(blocking));
    }

    /** Remembers what the transaction failed of, for the caller. */
    void failedBecause(Throwable failure) {
        cause = failure;
    }

    @Nullable
    Throwable cause() {
        return cause;
    }

    RolledBackException rolledBack() {
        List<BranchRefusal> refusals = new ArrayList<>();
        synchronized (lock) {
            state.branches()
                    .forEach(branch -> branch.refusal()
                            .ifPresent(refusal -> refusals.add(new BranchRefusal(branch.participant(), refusal))));
            state.own().ifPresent(refusal -> refusals.add(new BranchRefusal(gid.service(), refusal)));
        }
        return new RolledBackException(gid, refusals, cause);
    }

    private List<Enlistment<?>> enlistments() {
        synchronized (lock) {
            return List.copyOf(enlistments);
        }
    }

    private BranchState branch(int number) {
        synchronized (lock) {
            return state.branches().get(number);
        }
    }

    private String participant(int number) {
        synchronized (lock) {
            return number < state.branches().size()
                    ? state.branches().get(number).participant()
                    : gid.service();
        }
    }

    private Environment environment() {
        return context.environment();
    }

    private void tell(TransactionEvent event) {
        environment().events().tell(event);
    }
}
