package dev.troth.rabbitmq.toolbox;

import java.util.List;

/** What came out when something declared was compared with what the broker has. */
record Comparison(List<Difference> differences, String notCompared) {
    Comparison {
        differences = List.copyOf(differences);
    }
}
