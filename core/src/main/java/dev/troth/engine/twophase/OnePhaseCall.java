package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Address;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.OnePhase;
import dev.troth.spi.Scheduler;
import dev.troth.spi.Transport;
import dev.troth.tx.BranchRefusal;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RolledBackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A transaction that is one branch: performs what the rules of {@link OnePhase} return. */
final class OnePhaseCall {
    private final Environment environment;
    private final Sender sender;
    private final Message.Prepare prepare;
    private final String traceparent;
    private final CompletableFuture<Payload> answer = new CompletableFuture<>();
    private volatile @Nullable Throwable cause;
    private final Object lock = new Object();
    private OnePhase.State state = OnePhase.State.SENT; // guarded by lock

    OnePhaseCall(Environment environment, Sender sender, Message.Prepare prepare, String traceparent) {
        this.environment = environment;
        this.sender = sender;
        this.prepare = prepare;
        this.traceparent = traceparent;
    }

    /** Sends it; completes with the answer, or exceptionally with what is known. */
    CompletableFuture<Payload> start() {
        send(environment.untilDeadline(gid()).plusMillis(1));
        Duration asked =
                environment.untilDeadline(gid()).plus(environment.pause(1)); // a refusal at the deadline comes first
        Scheduler.Timer asking = environment.scheduler().after(asked, () -> post(new OnePhase.Event.AskDue()));
        CompletableFuture<Payload> unused = answer.whenComplete((value, failure) -> asking.cancel());
        return answer;
    }

    /** The instance stops: whoever waits hears that the outcome is not known here. */
    void giveUp() {
        perform(new OnePhase.Action.TellUnknown());
    }

    void voted(Vote vote) {
        post(new OnePhase.Event.Voted(vote));
    }

    private void send(Duration timeToLive) {
        sender.send(new Address.Participant(prepare.participant()), prepare, traceparent, timeToLive)
                .whenComplete((sent, failure) -> {
                    if (failure != null) {
                        cause = failure; // asked again at the deadline
                    }
                    if (sent == Transport.Sent.UNROUTABLE) {
                        post(new OnePhase.Event.Unroutable());
                    }
                });
    }

    private void post(OnePhase.Event event) {
        Step<OnePhase.State, OnePhase.Action> step;
        synchronized (lock) {
            step = OnePhase.step(state, event);
            state = step.state();
        }
        step.actions().forEach(this::perform);
    }

    private void perform(OnePhase.Action action) {
        if (action instanceof OnePhase.Action.AskAgain) {
            send(environment.settings().patience());
            environment.scheduler().after(environment.pause(1), () -> post(new OnePhase.Event.AskDue()));
        } else if (action instanceof OnePhase.Action.TellCommitted committed) {
            answer.complete(
                    committed.vote() instanceof Vote.Yes yes
                            ? yes.answer()
                            : ((Vote.ReadOnly) committed.vote()).answer());
        } else if (action instanceof OnePhase.Action.TellRolledBack rolledBack) {
            List<BranchRefusal> refusals = List.of(new BranchRefusal(prepare.participant(), rolledBack.refusal()));
            answer.completeExceptionally(new RolledBackException(gid(), refusals, null));
        } else {
            answer.completeExceptionally(OutcomeUnknownException.ofParticipant(gid(), prepare.participant(), cause));
        }
    }

    private Gid gid() {
        return prepare.branch().gid();
    }
}
