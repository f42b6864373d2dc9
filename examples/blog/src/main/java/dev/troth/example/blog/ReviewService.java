package dev.troth.example.blog;

import dev.troth.Participant;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.example.blog.web.Answer;
import dev.troth.example.blog.web.Request;
import dev.troth.example.blog.web.Routes;
import dev.troth.example.blog.web.WebServer;
import dev.troth.jdbc.BranchOptions;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.MariaDbBranches;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.spi.BranchStore;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Transport;
import dev.troth.tx.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The service that takes part: it writes a review for every new blog, in a database of its own. It refuses blogs whose title holds
 * the word "spam", and its database refuses titles with markup; either way the blog is not written. To blogs that are committed without
 * waiting for it, it subscribes: it writes their reviews as it hears of them, once each, and what it refuses becomes a dead letter.
 *
 * <p>Over HTTP it answers {@code GET /reviews?blog_id=} and {@code GET /healthz}.
 */
public final class ReviewService implements AutoCloseable {
    private static final String BANNED = "spam";
    /** Connections that branches leave to decisions, reads and events. */
    private static final int SPARE_CONNECTIONS = 4;

    /** How many events are applied at once. */
    private static final int EVENTS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private final Reviews reviews;
    private final ServiceDatabase database;
    private final Transport transport;
    private final Troth troth;
    private final WebServer web;

    private ReviewService(Reviews reviews, ServiceDatabase database, Transport transport, Troth troth, int port)
            throws IOException {
        this.reviews = reviews;
        this.database = database;
        this.transport = transport;
        this.troth = troth;
        Routes routes = Routes.none()
                .get("/reviews", this::ofBlog)
                .get("/healthz", request -> HealthCheck.answer(troth, database));
        this.web = WebServer.start("review", port, routes, Failures::problem);
    }

    /**
     * Starts the service; makes its tables where they are missing.
     *
     * @throws IOException if nobody can listen at the port
     * @throws dev.troth.spi.StoreException if the database cannot be used
     * @throws dev.troth.spi.TransportException if the broker cannot be used
     */
    public static ReviewService start(ServiceSettings settings) throws IOException {
        Reviews reviews = new Reviews();
        try (Startup startup = new Startup()) {
            ServiceDatabase database =
                    startup.opened(ServiceDatabase.open("review", settings.database(), Reviews.TABLE));
            Transport transport = startup.opened(settings.transport().get());
            Troth troth = startup.opened(settings.tuning()
                    .apply(builder(reviews, database, transport))
                    .start());
            ReviewService service = new ReviewService(reviews, database, transport, troth, settings.port());
            startup.done();
            return service;
        }
    }

    /** Takes part in transactions; and, over a transport that carries events, hears of blogs that do not wait for it. */
    private static TrothBuilder builder(Reviews reviews, ServiceDatabase database, Transport transport) {
        int handlers = Math.max(1, database.connections() - SPARE_CONNECTIONS);
        TrothBuilder builder = Troth.builder("review")
                .transport(transport)
                .participant(Participant.named("review")
                        .on(branches(database, handlers))
                        .concurrency(handlers)
                        .handle(NewReview.class, (review, branch) -> write(reviews, review, branch.connection())));
        return transport instanceof EventTransport
                ? builder.subscriber(Subscriber.named("review")
                        .on(Inbox.on(database.source()))
                        .concurrency(EVENTS)
                        .handle(BlogSubmitted.class, (blog, incoming) -> follow(reviews, blog, incoming.connection())))
                : builder;
    }

    /** In MariaDB a branch keeps its connection until it is decided, so no more branches than handlers are admitted there. */
    private static BranchStore branches(ServiceDatabase database, int handlers) {
        return database.isPostgres()
                ? PostgresBranches.of(database.source())
                : MariaDbBranches.of(database.source(), BranchOptions.defaults().withMaxInFlight(handlers));
    }

    /** The review service's part of a transaction: returning is a yes, throwing a no. */
    private static void write(Reviews reviews, NewReview review, Connection connection) throws SQLException {
        if (review.title().toLowerCase(Locale.ROOT).contains(BANNED)) {
            throw new RefusedException("the title contains '" + BANNED + "', which nobody here reviews");
        }
        reviews.insert(connection, review);
    }

    /** The same after the fact: there is nobody left to tell no, and what a constraint forbids it forbids the next time, too. */
    private static void follow(Reviews reviews, BlogSubmitted blog, Connection connection) throws SQLException {
        try {
            write(reviews, new NewReview(blog.blogId(), blog.title(), NewReview.first(blog.blogId())), connection);
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("23")) {
                throw new RefusedException(
                        "the review breaks a constraint, SQLSTATE " + e.getSQLState() + ": " + e.getMessage());
            }
            throw e;
        }
    }

    private Answer ofBlog(Request request) throws SQLException {
        long blogId = request.queryNumber("blog_id");
        List<Reviews.Review> found = database.read(connection -> reviews.ofBlog(connection, blogId));
        return Answer.json(200, found);
    }

    /** Where it answers. */
    public URI uri() {
        return web.uri();
    }

    /** Stops: lets branches end, then closes everything. What is prepared stays so and is finished by the next start. */
    @Override
    public void close() {
        web.stop(PATIENCE);
        troth.stop(PATIENCE);
        database.close();
    }

    /**
     * Ends as a crash does: connections to callers, broker and database break, and nobody is told. For demonstrations; the threads
     * of the service are those of the scheduler it was given.
     */
    public void crash() {
        transport.close();
        web.crash();
        database.close();
    }
}
