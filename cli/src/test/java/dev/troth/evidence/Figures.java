package dev.troth.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troth.cli.harness.Spread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The tables. */
final class Figures {
    private Figures() {}

    /** Every table by its name. */
    static Map<String, String> of(Evidence evidence) {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("checker", checker(evidence.explored()) + "\nCommit `" + evidence.exploredCommit() + "`.\n");
        figures.put("simulator", simulator(evidence.simulations()));
        figures.put("matrix", matrix(evidence.cases()));
        figures.put("kills", kills(evidence.cases()));
        figures.put("torture", torture(evidence.tortures()));
        figures.put("soak", soak(evidence.soaks()));
        return figures;
    }

    private static String checker(List<Evidence.Explored> scopes) {
        Table table = new Table("scope", "states", "million steps");
        scopes.forEach(scope -> table.row(scope.scope(), number(scope.states()), scope.millionSteps()));
        long states = scopes.stream().mapToLong(Evidence.Explored::states).sum();
        return table.row("**all of these**", "**" + number(states) + "**", "").toString();
    }

    private static String simulator(List<JsonNode> runs) {
        Table table = new Table("commit", "minutes", "histories", "transactions", "faults", "violations");
        runs.forEach(run -> table.row(
                commit(run),
                number(run.required("seconds").asLong() / 60),
                number(run.required("histories").asLong()),
                number(run.required("transactions").asLong()),
                number(run.required("faults").asLong()),
                number(run.required("failed").asLong())));
        return table + "\n" + happenings(runs);
    }

    private static String happenings(List<JsonNode> runs) {
        Map<String, Long> counts = new LinkedHashMap<>();
        runs.forEach(run -> run.required("counts")
                .properties()
                .forEach(each -> counts.merge(each.getKey(), each.getValue().asLong(), Long::sum)));
        return "In them: "
                + counts.entrySet().stream()
                        .filter(each -> !each.getKey().startsWith("fault_"))
                        .map(each -> each.getKey().replace('_', ' ') + " " + number(each.getValue()))
                        .collect(Collectors.joining(", "))
                + ".\n";
    }

    private static String matrix(List<JsonNode> cases) {
        Table table = new Table(
                "what was done",
                "cases",
                "wrong",
                "unlocked p50",
                "p99",
                "max ms",
                "nothing owed max ms",
                "next commit max ms");
        grouped(cases, each -> each.required("harm").asText()).forEach((harm, some) -> {
            List<String> cells = new ArrayList<>(row(harm, some));
            cells.add(longest(some, "recovery_millis"));
            cells.add(longest(some, "commits_millis"));
            table.row(cells.toArray(String[]::new));
        });
        return table + "\nCommit " + commits(cases) + ".\n";
    }

    private static String kills(List<JsonNode> cases) {
        List<JsonNode> kills = cases.stream()
                .filter(each -> each.required("harm").asText().equals("kill -9"))
                .toList();
        Table table = new Table("killed and restarted", "cases", "wrong", "unlocked p50", "p99", "max ms");
        Map<String, List<JsonNode>> victims = new LinkedHashMap<>(
                grouped(kills, each -> each.required("victim").asText()));
        victims.put("**any**", kills);
        victims.forEach((victim, some) -> table.row(row(victim, some).toArray(String[]::new)));
        return table.toString();
    }

    private static String torture(List<JsonNode> runs) {
        Table table = new Table(
                "commit",
                "seed",
                "minutes",
                "transfers acknowledged",
                "refused",
                "unknown",
                "faults",
                "of them kills",
                "stalls after a leader's kill, ms",
                "disagreements");
        runs.forEach(run -> table.row(
                commit(run),
                run.required("seed").asText(),
                run.required("minutes").asText(),
                number(run.required("transfers").required("ACKNOWLEDGED").asLong()
                        + run.required("transfers").path("DONE").asLong()),
                number(run.required("transfers").required("REFUSED").asLong()),
                number(run.required("transfers").required("UNKNOWN").asLong()),
                number(sum(run.required("faults"), "")),
                number(sum(run.required("faults"), "kill")),
                elements(run.required("leader_kill_stall_millis")),
                number(run.required("wrong").size())));
        return table.toString();
    }

    private static String soak(List<JsonNode> runs) {
        Table table = new Table(
                "commit",
                "seed",
                "readers' database",
                "messages",
                "keys",
                "minutes",
                "faults",
                "killed",
                "stopped",
                "paused",
                "wires",
                "lost, twice, or out of order",
                "messages per second");
        runs.forEach(run -> table.row(
                commit(run),
                run.required("seed").asText(),
                run.required("readers").asText(),
                number(run.required("messages").asLong()),
                number(run.required("keys").asLong()),
                number(run.required("seconds").asLong() / 60),
                number(sum(run.required("faults"), "")),
                number(sum(run.required("faults"), "kill")),
                number(sum(run.required("faults"), "stop")),
                number(sum(run.required("faults"), "pause")),
                number(sum(run.required("faults"), "wire")),
                number(run.required("wrong").size()),
                number(run.required("messages").asLong()
                        / run.required("seconds").asLong())));
        return table.toString();
    }

    private static long sum(JsonNode counts, String word) {
        long sum = 0;
        for (Map.Entry<String, JsonNode> each : counts.properties()) {
            sum += each.getKey().contains(word) ? each.getValue().asLong() : 0;
        }
        return sum;
    }

    private static String elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    private static Map<String, List<JsonNode>> grouped(List<JsonNode> cases, Function<JsonNode, String> by) {
        return cases.stream().collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
    }

    private static long wrong(List<JsonNode> cases) {
        return cases.stream()
                .filter(each -> !each.required("passed").asBoolean())
                .count();
    }

    private static List<String> row(String what, List<JsonNode> cases) {
        Spread spread = Spread.of(cases.stream()
                .map(each -> each.required("unlocked_millis").asLong())
                .toList());
        return Stream.concat(
                        Stream.of(what),
                        Stream.of((long) cases.size(), wrong(cases), spread.p50(), spread.p99(), spread.max())
                                .map(Figures::number))
                .toList();
    }

    private static String longest(List<JsonNode> cases, String millis) {
        return number(cases.stream()
                .mapToLong(each -> each.required(millis).asLong())
                .max()
                .orElse(0));
    }

    private static String commit(JsonNode run) {
        return "`" + run.required("commit").asText() + "`";
    }

    private static String commits(Collection<JsonNode> runs) {
        return String.join(", ", runs.stream().map(Figures::commit).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A table in Markdown. */
    private static final class Table {
        private final List<String> lines = new ArrayList<>();

        Table(String... titles) {
            row(titles);
            lines.add("|" + "---|".repeat(titles.length));
        }

        Table row(String... cells) {
            lines.add("| " + String.join(" | ", cells) + " |");
            return this;
        }

        @Override
        public String toString() {
            return String.join("\n", lines) + "\n";
        }
    }
}
