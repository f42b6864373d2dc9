package dev.troth.engine.twophase;

import dev.troth.engine.relay.OutboxDesk;
import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Nesting;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.Scheduler;
import dev.troth.tx.CommittedWithoutAnswerException;
import dev.troth.tx.JoinedTransaction;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import dev.troth.tx.Work;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Runs the transactions that this instance starts, and those that it finishes for an instance that is gone. */
public final class Transactions {
    private final Environment environment;
    private final Sender sender;
    private final String logId;
    private final Payloads payloads;
    private final Optional<OutboxDesk> outbox;
    private final Admission admission;
    private final DoneBatch done;
    private final CoordinatorContext context;
    private final Map<Gid, ActiveTransaction> active = new ConcurrentHashMap<>();
    private final Map<Gid, OnePhaseCall> calls = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger joined = new AtomicInteger();
    private volatile boolean stopping;

    /** Creates it; {@code logId} is the identity of the log, or of nothing that is logged if there is none. */
    public Transactions(
            Environment environment,
            Sender sender,
            DecisionLog log,
            String logId,
            Payloads payloads,
            Optional<OutboxDesk> outbox) {
        this.outbox = outbox;
        this.environment = environment;
        this.sender = sender;
        this.logId = logId;
        this.payloads = payloads;
        Settings settings = environment.settings();
        this.admission = new Admission(
                settings.concurrency(),
                settings.waiting(),
                environment.scheduler().workers());
        this.done = new DoneBatch(environment, log);
        this.context =
                new CoordinatorContext(environment, sender, new Absent(environment), log, done::add, active::remove);
    }

    /** Runs a transaction on the caller's thread. */
    public <T, X extends Exception> T run(TransactionOptions options, Work<T, X> work) throws X {
        Nesting.refuseInside();
        enter(options);
        try {
            checkRunning(); // it may have stopped while this one waited
            ActiveTransaction transaction = begin(environment.traces().traced(options));
            T value = doWork(transaction, work);
            transaction.takeTurn(awaitTurn(transaction));
            return conclude(transaction, value);
        } finally {
            admission.leave();
        }
    }

    private void enter(TransactionOptions options) {
        checkRunning();
        Duration timeout = timeoutOf(options);
        try {
            if (!admission.enterBlocking(environment.scheduler(), timeout)) {
                throw overloaded();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotStartedException(
                    "The thread was interrupted while it waited to start a transaction. Nothing was done.");
        }
    }

    private Duration timeoutOf(TransactionOptions options) {
        return options.timeout().orElse(environment.settings().timeout());
    }

    private void checkRunning() {
        if (stopping) {
            throw new NotStartedException(
                    "The service is stopping and starts no more transactions. Nothing was done; another"
                            + " instance may take it.");
        }
    }

    private NotStartedException overloaded() {
        return new NotStartedException("No transaction could be started: " + admission.inside() + " run (limit "
                + environment.settings().concurrency() + ") and " + admission.waiting() + " wait (limit "
                + environment.settings().waiting() + "). Nothing was done; try again later, or raise .concurrency(n).");
    }

    /** Runs a transaction on the engine's threads; none of them waits for votes. */
    public <T> CompletableFuture<T> runAsync(TransactionOptions options, Work<T, ?> work) {
        Nesting.refuseInside();
        CompletableFuture<T> result = new CompletableFuture<>();
        Instant latest = environment.scheduler().now().plus(timeoutOf(options));
        TransactionOptions traced = environment.traces().traced(options);
        if (stopping || !admission.enter(() -> startAsync(traced, work, latest, result))) {
            result.completeExceptionally(
                    stopping ? new NotStartedException("The service is stopping. Nothing was done.") : overloaded());
        }
        return result;
    }

    private <T> void startAsync(
            TransactionOptions options, Work<T, ?> work, Instant latest, CompletableFuture<T> result) {
        ActiveTransaction transaction;
        T value;
        try {
            checkRunning(); // it may have stopped while this one waited
            if (environment.scheduler().now().isAfter(latest)) {
                throw overloaded();
            }
            transaction = begin(options);
            value = doWork(transaction, work);
        } catch (Throwable failure) {
            admission.leave();
            result.completeExceptionally(failure);
            return;
        }
        CompletableFuture<Void> unused = transaction
                .turn()
                .thenAcceptAsync(
                        turn -> endAsync(transaction, turn, value, result),
                        environment.scheduler().workers())
                .whenComplete((none, failure) -> {
                    admission.leave();
                    if (failure != null) {
                        transaction.deliverAnswers();
                        result.completeExceptionally(failure);
                    }
                });
    }

    private static <T> void endAsync(
            ActiveTransaction transaction, CoordinatorAction turn, T value, CompletableFuture<T> result) {
        transaction.takeTurn(turn);
        try {
            T concluded = conclude(transaction, value);
            result.complete(concluded);
        } catch (TrothException e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * Joins a local transaction of somebody else. It waits for no turn: it has its connection already, and whoever is before it in the line may
     * want one.
     */
    public JoinedTransaction join(TransactionOptions options) {
        TransactionOptions traced = environment.traces().traced(options);
        return new Joined(this, context, newGid(options, logId), traced, payloads, outbox);
    }

    ActiveTransaction beginJoined(Gid gid, TransactionOptions options) {
        if (logId.equals(DecisionLog.NONE)) {
            throw new TrothException(DecisionLog.MISSING);
        }
        Nesting.refuseInside();
        joined.incrementAndGet();
        if (stopping) { // since it was looked at
            joined.decrementAndGet();
            checkRunning();
        }
        ActiveTransaction transaction = begin(gid, options);
        Duration silence =
                environment.untilDeadline(gid).plus(environment.settings().patience());
        Scheduler.Timer silent = environment.scheduler().after(silence, transaction::ownerIsSilent);
        CompletableFuture<Void> unused = transaction.verdict().thenRun(() -> {
            silent.cancel();
            joined.decrementAndGet();
        });
        return transaction;
    }

    private ActiveTransaction begin(TransactionOptions options) {
        return begin(newGid(options, logId), options);
    }

    private ActiveTransaction begin(Gid gid, TransactionOptions options) {
        ActiveTransaction transaction = new ActiveTransaction(context, gid, options);
        active.put(transaction.gid(), transaction);
        Scheduler.Timer deadline = environment
                .scheduler()
                .after(
                        environment.untilDeadline(transaction.gid()),
                        () -> transaction.post(new CoordinatorEvent.DeadlinePassed()));
        CompletableFuture<Void> unused = transaction.verdict().thenRun(deadline::cancel);
        environment.events().tell(new TransactionEvent.Begun(transaction.gid(), options.kind()));
        return transaction;
    }

    private Gid newGid(TransactionOptions options, String decidedBy) {
        Duration timeout = timeoutOf(options);
        if (timeout.compareTo(Settings.MAX_TIMEOUT) > 0) {
            throw new TrothException("A time-out of " + timeout + " is longer than " + Settings.MAX_TIMEOUT
                    + ": every participant would hold its locks that long. Use a saga for long processes.");
        }
        Instant deadline = environment.scheduler().now().plus(timeout).truncatedTo(ChronoUnit.MILLIS);
        return new Gid(sender.self().name(), decidedBy, sender.self().id(), deadline, numbers.incrementAndGet());
    }

    private <T, X extends Exception> T doWork(ActiveTransaction transaction, Work<T, X> work) throws X {
        TransactionView view = new TransactionView(transaction, payloads, outbox);
        Nesting.enter("transaction " + transaction.gid());
        try {
            T value = work.run(view);
            if (!view.keys().isEmpty()) {
                sendAfterCommit(transaction, view.keys());
            }
            transaction.workEnded(
                    new CoordinatorEvent.WorkReturned(transaction.local().used()));
            return value;
        } catch (Throwable failure) {
            boolean refused = transaction.refused();
            Refusal why = new Refusal(Refusal.Reason.ERROR, "the work failed: " + failure);
            transaction.workEnded(new CoordinatorEvent.WorkFailed(why));
            transaction.takeTurn(awaitTurn(transaction));
            if (refused) {
                transaction.failedBecause(failure);
                throw transaction.rolledBack();
            }
            throw failure;
        } finally {
            view.close();
            Nesting.leave();
        }
    }

    private void sendAfterCommit(ActiveTransaction transaction, List<String> keys) {
        CompletableFuture<Void> unused = transaction.verdict().thenAccept(verdict -> {
            if (verdict == Verdict.COMMITTED) {
                outbox.ifPresent(desk -> desk.committed(keys));
            }
        });
    }

    CoordinatorAction awaitTurn(ActiveTransaction transaction) {
        boolean interrupted = false;
        try {
            while (!transaction.turn().isDone()) {
                try {
                    boolean unused = environment.scheduler().await(transaction.turn(), Settings.MAX_TIMEOUT);
                } catch (InterruptedException e) {
                    interrupted = true;
                    transaction.post(new CoordinatorEvent.WorkFailed(new Refusal(
                            Refusal.Reason.ERROR, "the caller was interrupted while it waited for the votes")));
                }
            }
            return transaction.turn().join();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T conclude(ActiveTransaction transaction, T value) {
        Verdict verdict = transaction.verdict().join();
        if (verdict == Verdict.ROLLED_BACK) {
            throw transaction.rolledBack();
        }
        if (verdict == Verdict.UNKNOWN) {
            throw OutcomeUnknownException.ofLog(transaction.gid(), transaction.cause());
        }
        return value;
    }

    /** Runs one branch as the whole transaction: one message there, one back, one forced write. */
    public <R> CompletableFuture<R> execute(
            TransactionOptions options, String participant, Object command, Function<Payload, R> reader) {
        Nesting.refuseInside();
        checkRunning();
        if (calls.size() >= environment.settings().waiting()) {
            throw overloaded();
        }
        BranchId branch = new BranchId(newGid(options, DecisionLog.NONE), 0);
        Message.Prepare prepare = new Message.Prepare(branch, participant, payloads.command(command), true);
        OnePhaseCall call = new OnePhaseCall(
                environment,
                sender,
                prepare,
                environment.traces().traced(options).traceparent());
        calls.put(branch.gid(), call);
        if (stopping) { // since it was looked at: whoever ends all calls may not have seen this one
            calls.remove(branch.gid());
            checkRunning();
        }
        return environment.forUser(call.start()
                .whenComplete((answer, failure) -> calls.remove(branch.gid()))
                .thenApply(answer -> read(branch.gid(), participant, answer, reader)));
    }

    private static <R> R read(Gid gid, String participant, Payload answer, Function<Payload, R> reader) {
        try {
            return reader.apply(answer);
        } catch (Throwable e) { // the codec may be the user's; it has committed whatever it does
            throw new CommittedWithoutAnswerException(gid, participant, e);
        }
    }

    /** Whether this instance has given out that number already. */
    boolean hasBegun(Gid gid) {
        return gid.number() <= numbers.get();
    }

    /** The transaction of that id, if it is being run here. */
    Optional<ActiveTransaction> find(Gid gid) {
        return Optional.ofNullable(active.get(gid));
    }

    Optional<OnePhaseCall> findCall(Gid gid) {
        return Optional.ofNullable(calls.get(gid));
    }

    /**
     * Sends a decision again to everybody who is still owed it. May block.
     *
     * @param commit as the log has it now
     */
    public void drive(CommitRecord commit) {
        ActiveTransaction transaction =
                active.computeIfAbsent(commit.gid(), gid -> new ActiveTransaction(context, commit));
        if (transaction.phase() == Phase.COMMITTED) {
            environment
                    .events()
                    .tell(new TransactionEvent.Redriven(
                            commit.gid(), commit.owed().size()));
            transaction.post(new CoordinatorEvent.RedriveDue(commit));
        }
    }

    /** The committed transactions that wait for reports. */
    public Set<Gid> waitingForReports() {
        return active.values().stream()
                .filter(transaction -> transaction.phase() == Phase.COMMITTED)
                .map(ActiveTransaction::gid)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** How many of these still wait for reports. */
    public long notReported(Set<Gid> these) {
        return these.stream().filter(active::containsKey).count();
    }

    /** Forgets a committed transaction that is only waiting for reports: the log remembers it. */
    public void forgetIfCommitted(Gid gid) {
        active.computeIfPresent(
                gid, (same, transaction) -> transaction.phase() == Phase.COMMITTED ? null : transaction);
    }

    /** How many transactions run or wait to be run. */
    public int inFlight() {
        return admission.inside() + admission.waiting() + joined.get() + calls.size();
    }

    /** Starts no more transactions, not even those that wait to be started. */
    public void refuseNew() {
        stopping = true;
    }

    /** Brings what still runs to its end: without timers its deadline would never pass. */
    public void expireAll() {
        active.values().forEach(transaction -> transaction.post(new CoordinatorEvent.DeadlinePassed()));
        calls.values().forEach(OnePhaseCall::giveUp);
    }

    /** Writes to the log what has gathered for it. */
    public void flush() {
        done.flush();
    }
}
