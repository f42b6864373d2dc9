package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.wire.Received;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules;
import dev.troth.spi.DecisionLog;
import dev.troth.tx.OutcomeForgottenException;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TrothException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what participants send to a coordinator: votes, reports and inquiries, at the instance's own address and at the address
 * of its log. What belongs to a transaction that runs here goes to it; for the rest the log answers.
 */
public final class CoordinatorDesk {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorDesk.class);

    /** Each takes a connection of the log's pool, which the transactions need too. */
    private static final int ANSWERS_AT_ONCE = 4;

    private static final int ANSWERS_WAITING = 1000;

    private final Environment environment;
    private final Sender sender;
    private final DecisionLog decisions;
    private final String logId;
    private final Transactions transactions;
    private final Admission answers;

    /** Creates it. */
    public CoordinatorDesk(
            Environment environment, Sender sender, DecisionLog decisions, String logId, Transactions transactions) {
        this.environment = environment;
        this.sender = sender;
        this.decisions = decisions;
        this.logId = logId;
        this.transactions = transactions;
        this.answers = new Admission(
                ANSWERS_AT_ONCE, ANSWERS_WAITING, environment.scheduler().workers());
    }

    /** Takes a message; it is settled at once, because whatever it says can be said again. */
    public void receive(Received received) {
        Message message = received.message();
        if (message instanceof Message.Voted voted) {
            voted(voted, received);
        } else if (message instanceof Message.Done done) {
            done.finished().forEach(branch -> reported(branch, false));
            done.heuristic().forEach(branch -> reported(branch, true));
        } else if (message instanceof Message.Inquire inquire) {
            inquired(inquire);
        }
        received.delivery().ack();
    }

    private void voted(Message.Voted voted, Received received) {
        Gid gid = voted.branch().gid();
        Optional<OnePhaseCall> call = transactions.findCall(gid);
        if (call.isPresent()) {
            call.get().voted(voted.vote());
            return;
        }
        Optional<ActiveTransaction> transaction = transactions.find(gid);
        if (transaction.isPresent()) {
            transaction.get().post(new CoordinatorEvent.Voted(voted.branch().number(), voted.vote()));
        } else if (voted.vote() instanceof Vote.Yes && isOurs(gid)) {
            // A yes for a transaction that is over here: it has rolled back, or the log knows that it has committed.
            Address.Instance voter = received.from();
            inTheBackground(
                    gid, () -> tell(voter, voted.branch(), voted.participant(), standingOfEnded(voted.branch())));
        }
    }

    private void reported(BranchId branch, boolean heuristic) {
        if (heuristic && isOurs(branch.gid())) {
            log.error(
                    "code=TROTH-0107 branch={} Somebody finished this branch by hand although its transaction was decided to"
                            + " commit. The decision is kept for ever; compare the databases",
                    branch);
            environment
                    .events()
                    .tell(new TransactionEvent.Heuristic(branch, branch.gid().service(), Outcome.COMMITTED));
            inTheBackground(branch.gid(), () -> {
                decisions.heuristic(branch.gid()); // if this fails it is owed still, sent again, and reported again
                done(branch);
            });
        } else {
            done(branch);
        }
    }

    private void done(BranchId branch) {
        transactions
                .find(branch.gid())
                .ifPresent(transaction -> transaction.post(new CoordinatorEvent.BranchDone(branch.number())));
    }

    private void inquired(Message.Inquire inquire) {
        Gid gid = inquire.branch().gid();
        if (!isOurs(gid) || isTooFar(gid)) {
            return;
        }
        Optional<ActiveTransaction> transaction = transactions.find(gid);
        if (transaction.isPresent()) {
            transaction.get().inquired(inquire);
        } else {
            inTheBackground(
                    gid,
                    () -> tell(
                            inquire.asker(),
                            inquire.branch(),
                            inquire.participant(),
                            standingOfEnded(inquire.branch())));
        }
    }

    /**
     * What became of a transaction that does not run here. If it was started here it can no longer commit without a row, and
     * nothing has to be written to know that; otherwise its coordinator may still live, and the log fixes the outcome.
     */
    private Standing standingOfEnded(BranchId branch) {
        Gid gid = branch.gid();
        if (!gid.instance().equals(sender.self().id())) {
            return LogRules.standing(decisions.resolve(gid), branch.number());
        }
        Optional<DecisionRow> row = decisions.read(gid);
        return row.map(found -> LogRules.standing(found, branch.number())).orElse(Standing.ABORTED);
    }

    private void tell(Address.Instance to, BranchId branch, String participant, Standing standing) {
        sender.sendLossy(to, new Message.Answer(branch, participant, standing), "", () -> {});
    }

    /** Two services of one name with different logs would answer for each other: the identity in the id shows it. */
    private boolean isOurs(Gid gid) {
        if (gid.log().equals(logId)) {
            return true;
        }
        log.error(
                "code=TROTH-0105 gid={} This transaction's decisions are kept in log {}, but the log of this service is {}: two"
                        + " services are named '{}', or its database was replaced. Nothing was answered, so the branch stays in"
                        + " doubt until an instance with the right log is asked. Give the services different names",
                gid,
                gid.log(),
                logId,
                sender.self().name());
        return false;
    }

    private boolean isTooFar(Gid gid) {
        boolean tooFar = environment.untilDeadline(gid).compareTo(Settings.MAX_TIMEOUT.multipliedBy(2)) > 0;
        if (tooFar) {
            log.warn(
                    "code=TROTH-0106 gid={} The deadline is impossibly far away: forged, or a clock is wrong. Ignored",
                    gid);
        }
        return tooFar;
    }

    private void inTheBackground(Gid gid, Runnable task) {
        boolean admitted = answers.enter(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.warn("code=TROTH-0108 gid={} The decision log does not answer; whoever asked asks again", gid, e);
            } finally {
                answers.leave();
            }
        });
        if (!admitted) {
            log.debug("gid={} too many ask at once; whoever asked asks again", gid);
        }
    }

    /** What became of a transaction of this log; empty if it is still undecided. */
    public Optional<Outcome> outcome(Gid gid) {
        if (gid.log().equals(DecisionLog.NONE)) {
            throw new TrothException(
                    "Transaction " + gid + " was one call of execute: the participant's own database decides it,"
                            + " and no decision log knows of it. Look there for what the command should have written.");
        }
        if (!gid.log().equals(logId)) {
            throw new TrothException(
                    "Transaction " + gid + " is kept in decision log " + gid.log() + ", but the log of this"
                            + " service is " + logId + ". Ask an instance of service '" + gid.service() + "'.");
        }
        Optional<ActiveTransaction> transaction = transactions.find(gid);
        if (transaction.isPresent()) {
            Phase phase = transaction.get().phase();
            return switch (phase) {
                case COMMITTED, DONE -> Optional.of(Outcome.COMMITTED);
                case ABORTED -> Optional.of(Outcome.ABORTED);
                default -> Optional.empty();
            };
        }
        Optional<DecisionRow> row = decisions.read(gid);
        if (row.isEmpty() && LogRules.isForgotten(gid, decisions.forgottenUntil())) {
            throw new OutcomeForgottenException(gid);
        }
        if (row.isEmpty() && gid.instance().equals(sender.self().id()) && transactions.hasBegun(gid)) {
            return Optional.of(Outcome.ABORTED); // over here without a row: nobody can write one any more
        }
        if (row.isEmpty() && environment.untilDeadline(gid).isZero()) {
            return Optional.of(decisions.resolve(gid).outcome());
        }
        return row.map(DecisionRow::outcome);
    }
}
