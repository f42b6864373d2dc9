package dev.troth.example.blog;

import dev.troth.Health;
import dev.troth.Troth;
import dev.troth.example.blog.web.Answer;

/** Answers {@code GET /healthz}: 200 if transport and database can be reached, otherwise 503. */
final class HealthCheck {
    private HealthCheck() {}

    static Answer answer(Troth troth, ServiceDatabase database) {
        Health health = troth.health();
        boolean databaseUp = database.answers();
        boolean up = health.transportConnected() && databaseUp;
        Report report = new Report(
                word(up), word(health.transportConnected()), word(databaseUp), health.transactionsInFlight());
        return Answer.json(up ? 200 : 503, report);
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }

    private record Report(String status, String transport, String database, int transactionsInFlight) {}
}
