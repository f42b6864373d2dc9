package dev.troth.protocol.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnePhaseTest {
    private static final Vote DONE = new Vote.ReadOnly(Payload.NOTHING);

    private OnePhase.State state = OnePhase.State.SENT;

    private List<OnePhase.Action> after(OnePhase.Event event) {
        Step<OnePhase.State, OnePhase.Action> step = OnePhase.step(state, event);
        state = step.state();
        return step.actions();
    }

    @Test
    void the_first_answer_is_told_and_later_ones_change_nothing() {
        Refusal refusal = new Refusal(Refusal.Reason.REFUSED, "no");

        assertThat(after(new OnePhase.Event.Voted(DONE))).containsExactly(new OnePhase.Action.TellCommitted(DONE));
        assertThat(after(new OnePhase.Event.Voted(new Vote.No(refusal)))).isEmpty();
    }

    @Test
    void nobody_at_the_address_is_a_rollback_only_for_the_first_message() {
        after(new OnePhase.Event.AskDue());

        assertThat(after(new OnePhase.Event.Unroutable())).isEmpty();

        state = OnePhase.State.SENT;
        assertThat(after(new OnePhase.Event.Unroutable()))
                .singleElement()
                .isInstanceOf(OnePhase.Action.TellRolledBack.class);
    }

    @Test
    void a_lost_answer_is_asked_for_before_it_is_called_unknown() {
        for (int i = 0; i < OnePhase.MAX_ASKS; i++) {
            assertThat(after(new OnePhase.Event.AskDue())).containsExactly(new OnePhase.Action.AskAgain());
        }
        assertThat(after(new OnePhase.Event.AskDue())).containsExactly(new OnePhase.Action.TellUnknown());
    }
}
