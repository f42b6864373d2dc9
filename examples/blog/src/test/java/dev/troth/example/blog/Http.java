package dev.troth.example.blog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A caller. */
final class Http implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads)
            .build();

    /** An answer. */
    record Reply(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Reply get(URI uri) {
        return send(HttpRequest.newBuilder(uri).build());
    }

    Reply submit(URI service, String title) {
        return submit(service, title, "");
    }

    Reply submit(URI service, String title, String query) {
        return submitLater(service, title, query).join();
    }

    CompletableFuture<Reply> submitLater(URI service, String title) {
        return submitLater(service, title, "");
    }

    private CompletableFuture<Reply> submitLater(URI service, String title, String query) {
        return client.sendAsync(submission(service, title, query), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Reply(response.statusCode(), response.body(), response));
    }

    private static HttpRequest submission(URI service, String title, String query) {
        try {
            byte[] body = JSON.writeValueAsBytes(Map.of("title", title, "content", "text"));
            return post(service.resolve("/submit_blog" + query), "application/json", body);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    Reply post(URI uri, String contentType, String body) {
        return send(post(uri, contentType, body.getBytes(StandardCharsets.UTF_8)));
    }

    Reply postBytes(URI uri, byte[] body) {
        return send(post(uri, "application/json", body));
    }

    Reply method(URI uri, String method) {
        return send(HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private static HttpRequest post(URI uri, String contentType, byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(LIMIT).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return request.build();
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new AssertionError(request + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
