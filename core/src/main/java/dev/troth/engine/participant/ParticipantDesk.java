package dev.troth.engine.participant;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Received;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Message;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.spi.BranchStore;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Offer;
import dev.troth.tx.TransactionEvent;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what coordinators send to one participant, at its shared address and at the instance's own, and finds the branch. */
public final class ParticipantDesk {
    private static final Logger log = LoggerFactory.getLogger(ParticipantDesk.class);
    private static final int FINISHERS = 4;

    private final ParticipantSpec spec;
    private final ParticipantContext context;
    private final Environment environment;
    private final Map<BranchId, ActiveBranch> branches = new ConcurrentHashMap<>();

    /** Creates it for a store that is open; {@code storeId} is the identity that the store gave. */
    public ParticipantDesk(
            Environment environment, Sender sender, Payloads payloads, ParticipantSpec spec, String storeId) {
        this.environment = environment;
        this.spec = spec;
        var workers = environment.scheduler().workers();
        this.context = new ParticipantContext(
                environment,
                sender,
                payloads,
                spec,
                new Vote.Voter(sender.self(), storeId),
                new Admission(spec.store().slots(), Integer.MAX_VALUE, Runnable::run),
                new Admission(spec.concurrency(), Integer.MAX_VALUE, workers),
                new Admission(FINISHERS, Integer.MAX_VALUE, workers),
                new Reports(environment, sender),
                branch -> branches.remove(branch.id(), branch));
    }

    /** The participant. */
    public ParticipantSpec spec() {
        return spec;
    }

    /** What is taken; so many messages at once that every handler is kept busy. */
    public Offer offer() {
        int atOnce = Math.min(spec.concurrency(), spec.store().slots());
        Address.Participant participant = new Address.Participant(spec.name());
        return new Offer(participant, spec.handlers().keySet(), atOnce, atOnce * 2 + FINISHERS);
    }

    /** Takes a PREPARE, a decision or an answer. */
    public void receive(Received received) {
        Message message = received.message();
        if (message instanceof Message.Prepare prepare) {
            prepare(prepare, received);
        } else if (message instanceof Message.Decide decide) {
            if (isOurs(decide)) {
                hand(decide.branch(), new ParticipantEvent.Decided(decide.outcome(), received.from()), received);
            } else {
                received.delivery().ack();
            }
        } else if (message instanceof Message.Answer answer) {
            answered(answer, received);
            received.delivery().ack();
        }
    }

    private void answered(Message.Answer answer, Received received) {
        ActiveBranch branch = branches.get(answer.branch());
        if (branch != null) {
            environment.events().tell(new TransactionEvent.Answered(answer.branch(), spec.name(), answer.standing()));
            branch.continues(received);
            branch.post(new ParticipantEvent.Answered(answer.standing(), received.from()));
        }
    }

    private void prepare(Message.Prepare prepare, Received received) {
        environment.reached(CrashPoint.PREPARE_RECEIVED, prepare.branch().gid());
        Optional<Refusal> refusal = context.whyNot(prepare);
        if (refusal.isPresent()) {
            log.warn(
                    "code=TROTH-0202 branch={} participant={} PREPARE was refused unread: {}. The caller is told",
                    prepare.branch(),
                    spec.name(),
                    refusal.get());
        }
        if (refusal.isPresent() && !prepare.onePhase()) {
            Message no = new Message.Voted(prepare.branch(), spec.name(), new Vote.No(refusal.get()));
            context.sender().sendLossy(prepare.branch().gid().coordinator(), no, received.traceparent(), () -> {});
            received.delivery().ack();
        } else {
            // A one-phase branch may have committed at an instance that knew its kind: only its row can tell.
            hand(prepare.branch(), new ParticipantEvent.PrepareArrived(prepare.onePhase()), received);
        }
    }

    /** A branch that was just forgotten is looked up in the store like one never seen. */
    private void hand(BranchId id, ParticipantEvent event, Received received) {
        ActiveBranch branch = branches.computeIfAbsent(id, unknown -> new ActiveBranch(context, id));
        while (!branch.receive(event, received)) {
            branches.remove(id, branch);
            branch = branches.computeIfAbsent(id, unknown -> new ActiveBranch(context, id));
        }
    }

    private boolean isOurs(Message.Decide decide) {
        if (decide.store().isEmpty() || decide.store().equals(context.voter().store())) {
            return true;
        }
        log.error(
                "code=TROTH-0205 branch={} participant={} A decision for store {} reached store {}: two participants are named"
                        + " '{}' but work on different databases. It is left alone and sent again until it reaches the right one."
                        + " Give the participants different names",
                decide.branch(),
                spec.name(),
                decide.store(),
                context.voter().store(),
                spec.name());
        return false;
    }

    /**
     * Looks for prepared branches that nobody here knows of, and asks what became of them.
     *
     * @param everything also those that were prepared just now; otherwise whoever prepared them is given time
     */
    public void sweep(boolean everything) {
        for (BranchStore.InDoubt found : spec.store().inDoubt()) {
            boolean old =
                    found.age().compareTo(environment.settings().patience().multipliedBy(5)) > 0;
            if (everything || old) {
                branches.computeIfAbsent(found.branch(), id -> new ActiveBranch(context, id))
                        .post(new ParticipantEvent.Swept());
            }
        }
    }

    /** How many branches hold a slot of the store. */
    public int slotsTaken() {
        return context.slots().inside();
    }

    /** How many branches wait for a slot. */
    public int slotsWanted() {
        return context.slots().waiting();
    }

    /** How many handlers run or wait to run. */
    public int working() {
        return (int) branches.values().stream().filter(ActiveBranch::working).count();
    }

    /** How many branches are not over and wait for nobody else: they work, or carry out what was decided. */
    public int busy() {
        return (int) branches.values().stream().filter(ActiveBranch::busy).count();
    }

    /** Sends what is to be reported. */
    public void flush() {
        context.reports().flush();
    }
}
