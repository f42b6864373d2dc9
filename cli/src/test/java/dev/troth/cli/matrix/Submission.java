package dev.troth.cli.matrix;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What a caller was told of the blog that it submitted.
 *
 * @param status the HTTP status, or 0 if the connection broke
 * @param mayBeThere whether the blog may have been written, going by what was said
 * @param mayBeAbsent whether it may not
 */
record Submission(int status, boolean mayBeThere, boolean mayBeAbsent) {
    /** Nothing was told yet. */
    static final Submission NONE = new Submission(-1, true, true);

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String UNKNOWN = "urn:troth:problem:outcome-unknown";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Submits a blog of that title. */
    static CompletableFuture<Submission> of(URI service, String title) {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/submit_blog"))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"title\":\"" + title + "\",\"content\":\"" + "x".repeat(500) + "\"}"))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(Submission::told)
                .exceptionally(broken -> new Submission(0, true, true));
    }

    private static Submission told(HttpResponse<String> response) {
        boolean unknown = response.body().contains(UNKNOWN);
        boolean done = response.statusCode() == 201;
        return new Submission(response.statusCode(), done || unknown, !done);
    }
}
