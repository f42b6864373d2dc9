package dev.troth.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.protocol.participant.ParticipantState;
import org.junit.jupiter.api.Test;

class MicroTest {
    @Test
    void the_rules_are_walked_to_their_end() {
        Rules rules = new Rules();

        assertThat(rules.coordinatorOfTwo().phase()).isEqualTo(Phase.DONE);
        assertThat(rules.coordinatorOfFour().branches()).hasSize(4);
        assertThat(rules.branch()).isInstanceOf(ParticipantState.Over.class);
    }

    @Test
    void what_is_read_is_what_was_written() throws Exception {
        Messages messages = new Messages();

        assertThat(messages.readPrepare().message().toString()).contains("reviews");
        assertThat(messages.readEvent().id()).isEqualTo("4711-1");
        assertThat(messages.readJson()).isEqualTo(Samples.COMMAND);
        assertThat(messages.readMessagePack()).isEqualTo(Samples.COMMAND);
        assertThat(messages.parseBranch()).isEqualTo(Samples.BRANCH);
    }

    @Test
    void a_benchmark_says_time_and_allocation() throws Exception {
        assertThat(Micro.measure("printBranch", 0, 10))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("contender", "Messages.printBranch")
                        .containsKeys("ns_per_op", "bytes_per_op"));
    }
}
