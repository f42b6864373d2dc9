package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.Gid;
import dev.troth.testkit.servers.RabbitServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Messages about branch 0 of a transaction, as the engine writes them. */
final class Branches {
    private Branches() {}

    static Envelope prepare(Gid gid, String kind) {
        return about(gid, "PREPARE", Map.of("troth-kind", kind), Duration.ofSeconds(60));
    }

    static Envelope prepare(Gid gid, Duration timeToLive) {
        return about(gid, "PREPARE", Map.of("troth-kind", "new-review"), timeToLive);
    }

    static Envelope vote(Gid gid, String vote) {
        return about(gid, "VOTE", Map.of("troth-vote", vote), Duration.ofSeconds(60));
    }

    static Envelope decision(Gid gid, String type) {
        return about(gid, type, Map.of(), Duration.ofSeconds(30));
    }

    private static Envelope about(Gid gid, String type, Map<String, String> more, Duration timeToLive) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("troth-version", "1");
        headers.put("troth-branch", "0");
        return new Envelope(
                type,
                gid + "/0:" + type,
                gid.toString(),
                "application/json",
                timeToLive,
                false,
                headers,
                type.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until they are gone, without asking for one of them: that would count as a use and keep it. */
    static void awaitNoQueues(RabbitServer broker, Gid gid) throws Exception {
        Waiting.until(() -> !broker.control("list_queues", "--silent", "name").contains("txn_" + gid));
    }

    /** The names of its queues. */
    static List<String> queues(Gid gid) {
        String start = "troth.txn_" + gid + ".0";
        return List.of(start + "_prepare", start + "_commit", start + "_rollback");
    }
}
