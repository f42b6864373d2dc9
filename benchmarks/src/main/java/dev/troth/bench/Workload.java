package dev.troth.bench;

import static dev.troth.bench.contender.Contenders.ATOMIKOS;
import static dev.troth.bench.contender.Contenders.GRUELBOX_OUTBOX;
import static dev.troth.bench.contender.Contenders.LAST_RESOURCE;
import static dev.troth.bench.contender.Contenders.NARAYANA;
import static dev.troth.bench.contender.Contenders.PREPARED_WITHOUT_LOG;
import static dev.troth.bench.contender.Contenders.RABBIT_BY_HAND;
import static dev.troth.bench.contender.Contenders.RABBIT_TWO_PHASE;
import static dev.troth.bench.contender.Contenders.SEATA_AT;
import static dev.troth.bench.contender.Contenders.SEATA_XA;
import static dev.troth.bench.contender.Contenders.TROTH;
import static dev.troth.bench.contender.Contenders.TROTH_OVER_RABBIT;
import static dev.troth.bench.contender.Contenders.TWO_COMMITS;

import dev.troth.bench.contender.Contenders;
import java.util.ArrayList;
import java.util.List;

/** What can be measured, each a list of cells that take turns. */
enum Workload {
    TWO_DATABASES("two-databases", "a blog row and a review row in two databases, in one JVM") {
        @Override
        List<Cell> cells() {
            List<Cell> cells = all(List.of(1, 8, 32), TWO_COMMITS, PREPARED_WITHOUT_LOG, LAST_RESOURCE, TROTH);
            for (int clients : List.of(1, 8, 32)) {
                for (String store : List.of("files", "journal", "journal with AIO")) {
                    cells.add(Cell.of(NARAYANA, clients).with("store", store));
                }
                cells.add(Cell.of(ATOMIKOS, clients));
                for (String store : List.of("file", "forced file", "database")) {
                    cells.add(Cell.of(SEATA_XA, clients).with("store", store));
                    cells.add(Cell.of(SEATA_AT, clients).with("store", store));
                }
                cells.add(Cell.of(GRUELBOX_OUTBOX, clients));
            }
            return cells;
        }
    },
    OVER_RABBITMQ("over-rabbitmq", "the same between two processes, over RabbitMQ") {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            for (int clients : List.of(1, 8, 32)) {
                for (String layout : List.of("per participant", "per kind", "per transaction")) {
                    cells.add(Cell.of(TROTH_OVER_RABBIT, clients).with("layout", layout));
                }
                for (String queues : List.of("classic", "quorum")) {
                    cells.add(Cell.of(RABBIT_BY_HAND, clients).with("queues", queues));
                }
                for (String queues : List.of("classic", "quorum", "per transaction")) {
                    cells.add(Cell.of(RABBIT_TWO_PHASE, clients).with("queues", queues));
                }
            }
            return cells;
        }
    };

    private final String title;
    private final String about;

    Workload(String title, String about) {
        this.title = title;
        this.about = about;
    }

    String title() {
        return title;
    }

    String about() {
        return about;
    }

    abstract List<Cell> cells();

    private static List<Cell> all(List<Integer> clients, Contenders... contenders) {
        List<Cell> cells = new ArrayList<>();
        for (int each : clients) {
            for (Contenders contender : contenders) {
                cells.add(Cell.of(contender, each));
            }
        }
        return cells;
    }
}
