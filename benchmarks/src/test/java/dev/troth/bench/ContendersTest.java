package dev.troth.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troth.bench.contender.Contenders;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everybody who is measured does what is measured: the same rows in all databases, none too many, nothing left in doubt. */
class ContendersTest {
    private static final Map<Contenders, Map<String, List<String>>> WAYS = Map.of(
            Contenders.NARAYANA, Map.of("store", List.of("files", "journal", "journal with AIO")),
            Contenders.SEATA_XA, Map.of("store", List.of("file", "forced file", "database")),
            Contenders.SEATA_AT, Map.of("store", List.of("file", "database")),
            Contenders.TROTH_OVER_RABBIT, Map.of("layout", List.of("per participant", "per kind", "per transaction")),
            Contenders.RABBIT_BY_HAND, Map.of("queues", List.of("classic", "quorum")),
            Contenders.RABBIT_TWO_PHASE, Map.of("queues", List.of("classic", "quorum", "per transaction")));

    private static final Stage stage = new Stage(new Stage.Options(
            0, 1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), Path.of("target", "contenders-errors")));

    @BeforeAll
    static void servers_are_there() {
        PostgresServer.local().assumeAvailable();
        RabbitServer.local().assumeAvailable();
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Contenders contender : Contenders.values()) {
            Cell usual = Cell.of(contender, 2);
            Map<String, List<String>> ways = WAYS.getOrDefault(contender, Map.of());
            if (ways.isEmpty()) {
                cells.add(usual);
            }
            ways.forEach((name, values) -> values.forEach(value -> cells.add(usual.with(name, value))));
        }
        return cells;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everybody_leaves_the_same_rows_everywhere(Cell cell) throws Exception {
        boolean seata = cell.who().name().startsWith("Seata");
        assumeTrue(
                !seata || Files.exists(Path.of("target", "seata-server-class-path")),
                "Seata's server is not there: ./dev seata-server");

        Map<String, Object> line = stage.play(cell).all();

        assertThat(line).as("%s", line).containsEntry("right", true).containsEntry("errors", 0);
        assertThat(new Line(line).missed()).isEmpty();
    }
}
