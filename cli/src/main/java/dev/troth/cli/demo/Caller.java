package dev.troth.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Somebody who uses the blog service over HTTP, and writes down what it gets. */
final class Caller {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final Timeline timeline;

    Caller(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Submits a blog and returns the status, or 0 if the connection broke. */
    int submit(URI blog, String title) {
        timeline.note("caller", "POST /submit_blog \"" + title + "\"");
        HttpRequest request = HttpRequest.newBuilder(blog.resolve("/submit_blog"))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(title)))
                .build();
        Optional<HttpResponse<String>> response = send(request);
        if (response.isEmpty()) {
            timeline.note("caller", "gets no answer: the connection broke");
            return 0;
        }
        timeline.note("caller", "gets " + words(response.get()));
        return response.get().statusCode();
    }

    /** Asks what became of a transaction, and returns the answer's {@code status}. */
    String outcome(URI blog, String transaction) {
        HttpRequest request = HttpRequest.newBuilder(blog.resolve("/transactions/" + transaction))
                .timeout(LIMIT)
                .build();
        String status = send(request)
                .map(response -> tree(response.body()).path("status").asText())
                .orElse("unknown");
        timeline.note("caller", "GET /transactions/... says: " + status);
        return status;
    }

    private static String body(String title) {
        try {
            return JSON.writeValueAsString(Map.of("title", title, "content", "Once upon a time."));
        } catch (JsonProcessingException e) {
            throw new DemoException("A map of strings is JSON", e);
        }
    }

    private static String words(HttpResponse<String> response) {
        JsonNode body = tree(response.body());
        if (response.statusCode() == 201) {
            return "201 " + body.path("status").asText() + ", blog_id "
                    + body.path("blog_id").asText();
        }
        JsonNode refusal = body.path("refusals").path(0);
        return response.statusCode() + " " + body.path("title").asText()
                + (refusal.isMissingNode()
                        ? ""
                        : ": " + refusal.path("participant").asText() + " says "
                                + refusal.path("message").asText());
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new DemoException("The service answered with something that is not JSON: " + json, e);
        }
    }

    private Optional<HttpResponse<String>> send(HttpRequest request) {
        try {
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("Interrupted while waiting for an answer", e);
        }
    }
}
