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
import dev.troth.bench.endurance.Endurance;
import dev.troth.bench.events.EventRun;
import dev.troth.bench.memory.Idle;
import dev.troth.bench.memory.Waiting;
import dev.troth.bench.recovery.BranchesInDoubt;
import dev.troth.bench.recovery.OwedDecisions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** What can be measured, each a list of cells that take turns. */
enum Workload {
    TWO_DATABASES(
            "two-databases",
            "a blog row and a review row in two databases, both or neither, in one JVM",
            Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            for (int each : clients(1, 8, 32)) {
                cells.addAll(all(clients(each), TWO_COMMITS, PREPARED_WITHOUT_LOG, LAST_RESOURCE, TROTH));
                cells.add(Cell.of(NARAYANA, each).with("store", "files"));
                cells.add(Cell.of(NARAYANA, each).with("store", "journal with AIO"));
                cells.add(Cell.of(ATOMIKOS, each));
                cells.add(Cell.of(SEATA_XA, each).with("store", "file"));
                cells.add(Cell.of(SEATA_AT, each).with("store", "file"));
                cells.add(Cell.of(GRUELBOX_OUTBOX, each));
            }
            return cells;
        }
    },
    STORES("stores", "the same beside the other stores of others; 8 clients", Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            List<Cell> cells = all(clients(8), TWO_COMMITS, TROTH);
            cells.add(Cell.of(NARAYANA, 8).with("store", "journal"));
            for (String store : List.of("forced file", "database")) {
                cells.add(Cell.of(SEATA_XA, 8).with("store", store));
                cells.add(Cell.of(SEATA_AT, 8).with("store", store));
            }
            return cells;
        }
    },
    SLOW_DISK("slow-disk", "the same in one JVM when each forced write takes 2 ms more; 8 clients", Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            List<Cell> cells = all(clients(8), TWO_COMMITS, LAST_RESOURCE, TROTH, ATOMIKOS);
            cells.add(Cell.of(NARAYANA, 8).with("store", "files"));
            cells.add(Cell.of(NARAYANA, 8).with("store", "journal"));
            return cells.stream().map(cell -> cell.at("slower_disk_ms", "2")).toList();
        }
    },
    OVER_RABBITMQ(
            "over-rabbitmq",
            "the same between two processes, over RabbitMQ; Narayana needs one process and no broker",
            Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            for (int each : clients(1, 8, 32)) {
                cells.add(Cell.of(RABBIT_BY_HAND, each).with("queues", "classic"));
                cells.add(Cell.of(RABBIT_BY_HAND, each).with("queues", "quorum"));
                cells.add(Cell.of(TROTH_OVER_RABBIT, each));
                cells.add(Cell.of(NARAYANA, each).with("store", "files"));
                cells.add(Cell.of(NARAYANA, each).with("store", "journal with AIO"));
            }
            return cells;
        }
    },
    PARTICIPANTS("participants", "what each further database costs; 8 clients", Axis.DATABASES) {
        @Override
        List<Cell> cells() {
            return grown(
                    (who, databases) -> Cell.of(who, 8).databases(databases),
                    List.of(2, 4, 8),
                    TWO_COMMITS,
                    TROTH,
                    TROTH_OVER_RABBIT);
        }
    },
    PAYLOAD("payload", "what longer rows and messages cost; 8 clients", Axis.CONTENT) {
        @Override
        List<Cell> cells() {
            return grown(
                    (who, content) -> Cell.of(who, 8).content(content),
                    List.of(100, 1_000, 10_000, 100_000, 1_000_000),
                    TWO_COMMITS,
                    TROTH,
                    TROTH_OVER_RABBIT);
        }
    },
    CLIENTS("clients", "how rate and waiting grow with callers", Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            return all(clients(8, 16, 32, 64), TWO_COMMITS, TROTH, TROTH_OVER_RABBIT);
        }
    },
    MESSAGES(
            "messages",
            "what layouts of queues cost, in messages and time, beside two-phase commit by hand",
            Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            for (int each : clients(1, 8)) {
                cells.add(Cell.of(RABBIT_BY_HAND, each).with("queues", "classic"));
                for (String queues : List.of("classic", "quorum", "per transaction")) {
                    cells.add(Cell.of(RABBIT_TWO_PHASE, each).with("queues", queues));
                }
                for (String layout : List.of("per participant", "per kind", "per transaction")) {
                    cells.add(Cell.of(TROTH_OVER_RABBIT, each).with("layout", layout));
                }
            }
            return cells;
        }
    },
    EVENTS(
            "events",
            "a row here and, by an event, a row there, beside raw publishing and plain commits",
            Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>();
            for (String way : EventRun.ways()) {
                cells.add(Cell.of(new Cell.Who(EventRun.class, way, EventRun.guarantee(way), true), 8));
            }
            cells.add(Cell.of(GRUELBOX_OUTBOX, 8));
            return cells;
        }
    },
    BACKLOG(
            "backlog",
            "what a crash has left is finished by an instance that starts, beside new transactions",
            Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            return Stream.of(
                            new Cell.Who(OwedDecisions.class, "Troth, owed decisions", RECOVERS, false),
                            new Cell.Who(OwedDecisions.class, "Troth over RabbitMQ, owed decisions", RECOVERS, true),
                            new Cell.Who(BranchesInDoubt.class, "Troth, branches in doubt", RECOVERS, false))
                    .map(who -> Cell.of(who, 8).at(Cell.PREPARED, "10100").at(Cell.LIMIT, "1800"))
                    .toList();
        }

        @Override
        List<Measure> measures() {
            return Measure.OF_RECOVERY;
        }
    },
    MEMORY("memory", "what an idle instance takes, and 10,000 transactions that wait", Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            return List.of(
                    Cell.of(new Cell.Who(Idle.class, "Troth, idle", RECOVERS, true), 8),
                    Cell.of(new Cell.Who(Waiting.class, "Troth, 10,000 wait", RECOVERS, false), 8));
        }

        @Override
        List<Measure> measures() {
            return Measure.OF_MEMORY;
        }
    },
    ENDURANCE("endurance", "what grows in a quarter of an hour: memory, tables, latency", Axis.CLIENTS) {
        @Override
        List<Cell> cells() {
            return Stream.of(
                            new Cell.Who(Endurance.class, "Troth", RECOVERS, false),
                            new Cell.Who(Endurance.class, "Troth over RabbitMQ", RECOVERS, true))
                    .map(who -> Cell.of(who, 32).at("seconds", "900"))
                    .toList();
        }

        @Override
        List<Measure> measures() {
            return Measure.OF_ENDURANCE;
        }
    };

    /** What the names of ours begin with. */
    static final String OURS = "Troth";

    private static final String RECOVERS = "atomic, recovers by itself";

    private final String title;
    private final String about;
    private final Axis axis;

    Workload(String title, String about, Axis axis) {
        this.title = title;
        this.about = about;
        this.axis = axis;
    }

    static Optional<Workload> named(String title) {
        return Arrays.stream(values()).filter(each -> each.title.equals(title)).findFirst();
    }

    String title() {
        return title;
    }

    String about() {
        return about;
    }

    Axis axis() {
        return axis;
    }

    abstract List<Cell> cells();

    /** What is measured of it; the first is what it is about, of which ratios are made. */
    List<Measure> measures() {
        return Measure.OF_TRANSACTIONS;
    }

    /** With whom the others are compared in tables: the first that is not ours, or the first. */
    String base() {
        List<Cell> cells = cells();
        return cells.stream()
                .map(Cell::contender)
                .filter(name -> !name.startsWith(OURS))
                .findFirst()
                .orElse(cells.get(0).contender());
    }

    /** What a caller of that contender can rely on; empty of one that does not exist any more. */
    String guarantee(String contender) {
        return cells().stream()
                .filter(cell -> cell.contender().equals(contender))
                .map(cell -> cell.who().guarantee())
                .findFirst()
                .orElse("");
    }

    private static List<Integer> clients(Integer... numbers) {
        return List.of(numbers);
    }

    private static List<Cell> all(List<Integer> clients, Contenders... contenders) {
        return grown(Cell::of, clients, contenders);
    }

    private static List<Cell> grown(
            BiFunction<Contenders, Integer, Cell> cell, List<Integer> places, Contenders... contenders) {
        List<Cell> cells = new ArrayList<>();
        for (int place : places) {
            for (Contenders contender : contenders) {
                cells.add(cell.apply(contender, place));
            }
        }
        return cells;
    }
}
