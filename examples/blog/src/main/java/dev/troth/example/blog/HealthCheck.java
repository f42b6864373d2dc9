package dev.troth.example.blog;

import dev.troth.Health;
import dev.troth.Troth;
import dev.troth.example.blog.web.Answer;
import java.util.Map;
import java.util.TreeMap;

/** Answers {@code GET /healthz}: 200 if transport and database can be reached, otherwise 503; and what the subscribers do. */
final class HealthCheck {
    private HealthCheck() {}

    static Answer answer(Troth troth, ServiceDatabase database) {
        Health health = troth.health();
        boolean databaseUp = database.answers();
        boolean up = health.transportConnected() && databaseUp;
        Map<String, Subscribing> subscribers = new TreeMap<>();
        health.subscribers().forEach((name, subscriber) -> subscribers.put(name, Subscribing.of(subscriber)));
        Report report = new Report(
                word(up),
                word(health.transportConnected()),
                word(databaseUp),
                health.transactionsInFlight(),
                subscribers);
        return Answer.json(up ? 200 : 503, report);
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }

    private record Report(
            String status,
            String transport,
            String database,
            int transactionsInFlight,
            Map<String, Subscribing> subscribers) {}

    /** A subscriber as it is shown: whether it takes events, and what became of them since the start. */
    private record Subscribing(
            boolean running, int working, long applied, long duplicates, long failures, long deadLetters) {
        static Subscribing of(Health.OfSubscriber subscriber) {
            Map<String, Long> counts = subscriber.counts();
            return new Subscribing(
                    subscriber.running(),
                    subscriber.working(),
                    counts.getOrDefault("applied", 0L),
                    counts.getOrDefault("duplicates", 0L),
                    counts.getOrDefault("failures", 0L),
                    counts.getOrDefault("deadLetters", 0L));
        }
    }
}
