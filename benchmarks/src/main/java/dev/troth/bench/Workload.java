package dev.troth.bench;

import static dev.troth.bench.contender.Contenders.LAST_RESOURCE;
import static dev.troth.bench.contender.Contenders.PREPARED_WITHOUT_LOG;
import static dev.troth.bench.contender.Contenders.RABBIT_BY_HAND;
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
            return all(List.of(1, 8, 32), TWO_COMMITS, PREPARED_WITHOUT_LOG, LAST_RESOURCE, TROTH);
        }
    },
    OVER_RABBITMQ("over-rabbitmq", "the same between two processes, over RabbitMQ") {
        @Override
        List<Cell> cells() {
            return all(List.of(1, 8, 32), RABBIT_BY_HAND, TROTH_OVER_RABBIT);
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
