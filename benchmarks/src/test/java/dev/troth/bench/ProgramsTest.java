package dev.troth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.bench.contender.Setting;
import dev.troth.bench.endurance.Endurance;
import dev.troth.bench.events.EventRun;
import dev.troth.bench.fixture.Program;
import dev.troth.bench.memory.Idle;
import dev.troth.bench.memory.Waiting;
import dev.troth.bench.recovery.BranchesInDoubt;
import dev.troth.bench.recovery.OwedDecisions;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every program of a run, with numbers that say nothing but that it does what it says. */
class ProgramsTest {
    @RegisterExtension
    static final PostgresServer database = PostgresServer.local().maxPreparedTransactions(100);

    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @TempDir
    Path folder;

    private Map<String, Object> run(Program program, String contender, boolean overRabbit, Map<String, String> more)
            throws Exception {
        Properties all = new Properties();
        all.putAll(Map.of("warm", "0", "seconds", "1", "content", "100"));
        all.putAll(more);
        List<String> databases = List.of(database.freshDatabase(), database.freshDatabase());
        return program.measure(new Setting(contender, 2, databases, overRabbit ? broker.uri() : "", folder, all));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void events_by_any_way_arrive(String way) throws Exception {
        Map<String, Object> figures = run(EventRun::measure, way, true, Map.of("messages", "60"));

        assertThat(figures)
                .containsEntry("right", true)
                .containsEntry("messages", 60)
                .containsEntry("answered", 90L);
    }

    static Stream<String> ways() {
        return EventRun.ways().stream();
    }

    @Test
    void owed_decisions_are_redriven() throws Exception {
        Map<String, Object> figures = run(OwedDecisions::measure, "", false, Map.of("decisions", "120"));

        assertThat(figures).containsEntry("right", true);
    }

    @Test
    void owed_decisions_are_redriven_over_rabbitmq() throws Exception {
        Map<String, Object> figures = run(OwedDecisions::measure, "", true, Map.of("decisions", "120"));

        assertThat(figures).containsEntry("right", true);
    }

    @Test
    void branches_in_doubt_are_resolved() throws Exception {
        Map<String, Object> figures = run(BranchesInDoubt::measure, "", false, Map.of("branches", "30"));

        assertThat(figures).containsEntry("right", true);
    }

    @Test
    void the_footprint_of_an_idle_instance_is_measured() throws Exception {
        Map<String, Object> figures = run(Idle::measure, "", true, Map.of());

        assertThat(figures).containsEntry("right", true).containsKey("added_mb");
    }

    @Test
    void transactions_that_wait_commit_in_the_end() throws Exception {
        Map<String, Object> figures = run(Waiting::measure, "", false, Map.of("transactions", "50"));

        assertThat(figures).containsEntry("right", true);
    }

    @Test
    void endurance_takes_samples() throws Exception {
        Map<String, Object> figures =
                run(Endurance::measure, "", false, Map.of("seconds", "3", "every", "1", "retention", "1"));

        assertThat(figures).containsEntry("right", true).containsKey("last_heap_mb");
    }
}
