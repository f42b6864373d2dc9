package dev.troth.example.blog;

import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.example.blog.web.Answer;
import dev.troth.example.blog.web.Problem;
import dev.troth.example.blog.web.ProblemException;
import dev.troth.example.blog.web.Request;
import dev.troth.example.blog.web.Routes;
import dev.troth.example.blog.web.WebServer;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The service that starts the transactions: {@code POST /submit_blog} writes a blog here and its first review in the review
 * service's database, both or neither. {@code POST /submit_blog?consistency=eventual} writes the blog, and the event from which the
 * review service makes the review later: the caller does not wait for that service, and the blog stays if it refuses.
 *
 * <p>Also {@code GET /blogs/{id}}, {@code GET /transactions/{id}} for a caller that lost its answer, {@code GET /healthz}. No
 * thread waits for votes: a request that waits is an entry in a queue.
 */
public final class BlogService implements AutoCloseable {
    /** How many submissions may wait to be run; each keeps its text in memory. */
    private static final int WAITING = 500;
    /** Connections that submissions leave to reads, to recovery and to the outbox. */
    private static final int SPARE_CONNECTIONS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private final Blogs blogs = new Blogs();
    private final ServiceDatabase database;
    private final Transport transport;
    private final boolean carriesEvents;
    private final Troth troth;
    private final WebServer web;

    private BlogService(ServiceDatabase database, Transport transport, Troth troth, int port) throws IOException {
        this.database = database;
        this.transport = transport;
        this.carriesEvents = transport instanceof EventTransport;
        this.troth = troth;
        Routes routes = Routes.none()
                .post("/submit_blog", this::submit)
                .get("/blogs/{id}", this::blog)
                .get("/transactions/{id}", this::transaction)
                .get("/healthz", request -> HealthCheck.answer(troth, database));
        this.web = WebServer.start("blog", port, routes, Failures::problem);
    }

    /**
     * Starts the service; makes its tables where they are missing.
     *
     * @throws IOException if nobody can listen at the port
     * @throws dev.troth.spi.StoreException if the database cannot be used
     * @throws dev.troth.spi.TransportException if the broker cannot be used
     */
    public static BlogService start(ServiceSettings settings) throws IOException {
        try (Startup startup = new Startup()) {
            ServiceDatabase database = startup.opened(ServiceDatabase.open("blog", settings.database(), Blogs.TABLE));
            Transport transport = startup.opened(settings.transport().get());
            Troth troth = startup.opened(
                    settings.tuning().apply(builder(database, transport)).start());
            BlogService service = new BlogService(database, transport, troth, settings.port());
            startup.done();
            return service;
        }
    }

    /** Only what outlives this process can carry events, so in one JVM there is no outbox. */
    private static TrothBuilder builder(ServiceDatabase database, Transport transport) {
        TrothBuilder builder = Troth.builder("blog")
                .transport(transport)
                .decisions(JdbcDecisionLog.on(database.source()))
                .concurrency(Math.max(1, database.connections() - SPARE_CONNECTIONS))
                .waiting(WAITING);
        return transport instanceof EventTransport ? builder.outbox(Outbox.on(database.source())) : builder;
    }

    /**
     * Answers 201 either way, because the blog exists when it answers; what has become of the review is said in the body. 202 would say that
     * nothing may come of the request.
     */
    private CompletionStage<Answer> submit(Request request) throws IOException {
        Consistency consistency = Consistency.of(request);
        if (consistency == Consistency.EVENTUAL && !carriesEvents) {
            throw new ProblemException(Problem.of(
                    501,
                    "no-events",
                    "Eventual consistency is not possible here",
                    "The transport of this service carries no events that outlive it. Nothing was done. Run the services over"
                            + " RabbitMQ, or submit with consistency=atomic."));
        }
        NewBlog blog = NewBlog.read(request.object());
        return (consistency == Consistency.ATOMIC ? writeBoth(blog) : writeAndPublish(blog))
                .thenApply(written -> Answer.json(201, written).header("Location", "/blogs/" + written.blogId));
    }

    /** The whole point of it: two databases, both or neither. */
    @SuppressWarnings("FutureReturnValueIgnored") // the transaction waits for the vote by itself
    private CompletableFuture<Committed> writeBoth(NewBlog blog) {
        return troth.transactAsync("submit-blog", tx -> {
            long id = blogs.insert(tx.connection(), blog);
            tx.enlist("review", new NewReview(id, blog.title(), NewReview.first(id)));
            return new Committed("committed", tx.gid().toString(), id, "committed");
        });
    }

    /** One local commit: the blog, and the event in the outbox. Whoever wants the event gets it afterwards, and uses it once. */
    private CompletableFuture<Committed> writeAndPublish(NewBlog blog) {
        return troth.transactAsync("submit-blog", tx -> {
            long id = blogs.insert(tx.connection(), blog);
            tx.publish("blog-" + id, new BlogSubmitted(id, blog.title()));
            return new Committed("committed", tx.gid().toString(), id, "follows");
        });
    }

    /** What the caller of {@code POST /submit_blog} gets. */
    private record Committed(String status, String transactionId, long blogId, String review) {}

    private Answer blog(Request request) throws SQLException {
        long id = request.pathNumber("id").orElseThrow(() -> nothing("blog", request));
        return database.read(connection -> blogs.find(connection, id))
                .map(blog -> Answer.json(200, blog))
                .orElseThrow(() -> nothing("blog", request));
    }

    private Answer transaction(Request request) {
        Gid gid;
        try {
            gid = Gid.parse(request.path("id"));
        } catch (IllegalArgumentException e) {
            throw nothing("transaction", request);
        }
        return Answer.json(
                200,
                new Known(
                        gid.toString(),
                        troth.outcome(gid).map(BlogService::word).orElse("undecided")));
    }

    /** What the caller of {@code GET /transactions/{id}} gets. */
    private record Known(String transactionId, String status) {}

    private static String word(Outcome outcome) {
        return outcome == Outcome.COMMITTED ? "committed" : "rolled_back";
    }

    private static ProblemException nothing(String what, Request request) {
        return new ProblemException(
                Problem.plain(404, "Not Found", "There is no " + what + " " + request.path("id") + "."));
    }

    /** Where it answers. */
    public URI uri() {
        return web.uri();
    }

    /** Stops: answers what is under way, lets transactions end, then closes everything. Does nothing the second time. */
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
