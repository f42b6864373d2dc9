package dev.troth.example.blog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troth.InProcessTransport;
import dev.troth.TrothBuilder;
import dev.troth.example.blog.Http.Reply;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Both services of the example, each with a database of its own, and a caller. */
final class TwoServices implements AutoCloseable {
    final String blogUrl;
    final String reviewUrl;
    final Http http = new Http();
    private final InProcessTransport bus = InProcessTransport.create();
    private final Supplier<Transport> transport;
    private final UnaryOperator<TrothBuilder> tuning;
    private @Nullable BlogService blog;
    private @Nullable ReviewService review;

    /** They talk over the given transport; nothing is started yet. */
    TwoServices(
            String blogUrl,
            String reviewUrl,
            @Nullable Supplier<Transport> transport,
            UnaryOperator<TrothBuilder> tuning) {
        this.blogUrl = blogUrl;
        this.reviewUrl = reviewUrl;
        this.transport = transport == null ? bus::join : transport;
        this.tuning = tuning;
    }

    /** They talk inside this JVM, and run. */
    static TwoServices inProcess(String blogUrl, String reviewUrl) {
        TwoServices services = new TwoServices(blogUrl, reviewUrl, null, builder -> builder);
        services.startReview();
        services.startBlog();
        return services;
    }

    /** They talk over RabbitMQ, and run. */
    static TwoServices over(RabbitOptions broker, String blogUrl, String reviewUrl) {
        TwoServices services =
                new TwoServices(blogUrl, reviewUrl, () -> RabbitTransport.connect(broker), builder -> builder);
        services.startReview();
        services.startBlog();
        return services;
    }

    void startBlog() {
        try {
            blog = BlogService.start(settings(blogUrl));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void startReview() {
        try {
            review = ReviewService.start(settings(reviewUrl));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void stopReview() {
        if (review != null) {
            review.close();
        }
    }

    private ServiceSettings settings(String url) {
        return ServiceSettings.of(DatabaseSettings.of(url), transport).tuning(tuning);
    }

    URI blog() {
        BlogService running = blog;
        if (running == null) {
            throw new AssertionError("start the blog service first");
        }
        return running.uri();
    }

    URI review() {
        ReviewService running = review;
        if (running == null) {
            throw new AssertionError("start the review service first");
        }
        return running.uri();
    }

    Reply submit(String title) {
        return http.submit(blog(), title);
    }

    Reply submitEventually(String title) {
        return http.submit(blog(), title, "?consistency=eventual");
    }

    /** What the review service says of its subscriber. */
    JsonNode subscriber() {
        return http.get(review().resolve("/healthz")).json().path("subscribers").path("review");
    }

    long blogs() {
        return Sql.number(blogUrl, "SELECT COUNT(*) FROM blogs");
    }

    long reviews() {
        return Sql.number(reviewUrl, "SELECT COUNT(*) FROM reviews");
    }

    /** The caller hears before the review service has committed; this waits until it has. */
    void awaitReviews(long expected) {
        Waiting.until(expected + " reviews", () -> reviews() == expected);
    }

    @Override
    public void close() {
        if (blog != null) {
            blog.close();
        }
        stopReview();
        bus.close();
        http.close();
    }
}
