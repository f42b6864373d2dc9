package dev.troth.cli.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.cli.harness.Polling;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A few cells of the matrix, so that it can be relied on; {@code ./dev matrix} plays all. */
@Timeout(300)
class MatrixTest {
    private static @Nullable Scene scene;
    private static int played;

    @BeforeAll
    static void start() {
        PostgresServer blogs = PostgresServer.local();
        MariaDbServer reviews = MariaDbServer.local();
        blogs.assumeAvailable();
        reviews.assumeAvailable();
        RabbitServer.local().assumeAvailable();
        Scene started = new Scene(blogs, reviews).start();
        scene = started;
        // the first transaction of a process takes longest, and the deadline is short
        Polling.untilNothing(Duration.ofSeconds(60), () -> started.refusal("the first"));
        Polling.untilNothing(Duration.ofSeconds(60), started::unclean);
    }

    @AfterAll
    static void stop() {
        if (scene != null) {
            scene.close();
        }
    }

    static List<Cell> cells() {
        return List.of(
                new Cell(Harm.CUT, Party.REVIEW_TO_BROKER, CrashPoint.AFTER_PREPARED),
                new Cell(Harm.CUT, Party.BLOG_TO_DATABASE, CrashPoint.AFTER_DECISION_INSERTED),
                new Cell(Harm.KILL, Party.REVIEW_DATABASE, CrashPoint.AFTER_VOTE_SENT));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everything_becomes_as_it_should_after(Cell cell) throws Exception {
        played++;

        Play.Ending ending = new Play(Objects.requireNonNull(scene), cell, "case " + played).run();

        assertThat(ending.wrong()).isEmpty();
    }

    @Test
    void the_matrix_has_every_point_for_every_harm_of_every_party() {
        int processes = 5;
        int wires = 4;
        int harmsOfProcesses = 2;
        int harmsOfWires = 5;

        assertThat(Cell.all())
                .hasSize((processes * harmsOfProcesses + wires * harmsOfWires) * CrashPoint.values().length)
                .doesNotHaveDuplicates();
    }
}
