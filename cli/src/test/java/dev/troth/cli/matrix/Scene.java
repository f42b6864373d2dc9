package dev.troth.cli.matrix;

import dev.troth.cli.harness.Remains;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.cli.process.ServiceSpec;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.Server;
import dev.troth.testkit.servers.TcpProxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** The blog service and the review service as processes, each with a database server of its own, one broker, and a proxy on every wire. */
final class Scene implements AutoCloseable {
    private final Map<Party, Server> servers = new EnumMap<>(Party.class);
    private final Map<Party, TcpProxy> wires = new EnumMap<>(Party.class);
    private final Map<Party, Actor> actors = new EnumMap<>(Party.class);
    private final RabbitServer broker = RabbitServer.local();
    private final DatabaseServer blogDatabase;
    private final DatabaseServer reviewDatabase;

    Scene(DatabaseServer blogDatabase, DatabaseServer reviewDatabase) {
        this.blogDatabase = blogDatabase;
        this.reviewDatabase = reviewDatabase;
        servers.put(Party.BROKER, broker);
        servers.put(Party.BLOG_DATABASE, blogDatabase);
        servers.put(Party.REVIEW_DATABASE, reviewDatabase);
    }

    Scene start() {
        CompletableFuture.allOf(servers.values().stream()
                        .map(server -> CompletableFuture.runAsync(server::start))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        wires.put(Party.BLOG_TO_DATABASE, TcpProxy.to(blogDatabase.port()));
        wires.put(Party.BLOG_TO_BROKER, TcpProxy.to(broker.port()));
        wires.put(Party.REVIEW_TO_DATABASE, TcpProxy.to(reviewDatabase.port()));
        wires.put(Party.REVIEW_TO_BROKER, TcpProxy.to(broker.port()));
        actors.put(
                Party.BLOG,
                actor(ServiceSpec.blog(
                        wire(Party.BLOG_TO_DATABASE).through(blogDatabase.url()),
                        wire(Party.BLOG_TO_BROKER).through(broker.uri()))));
        actors.put(
                Party.REVIEW,
                actor(ServiceSpec.review(
                        wire(Party.REVIEW_TO_DATABASE).through(reviewDatabase.url()),
                        wire(Party.REVIEW_TO_BROKER).through(broker.uri()))));
        broker.flush();
        return this;
    }

    private static Actor actor(ServiceSpec spec) {
        return Actor.start(spec.with("--timeout", Integer.toString(Harm.DEADLINE_SECONDS)));
    }

    Actor actor(Party service) {
        return Objects.requireNonNull(actors.get(service));
    }

    ServiceProcess process(Party service) {
        return actor(service).process();
    }

    TcpProxy wire(Party wire) {
        return Objects.requireNonNull(wires.get(wire));
    }

    Server server(Party server) {
        return Objects.requireNonNull(servers.get(server));
    }

    /** What is not as it should be after a transaction: both tables agree, and nothing is left over. Empty if all is well. */
    String unclean() {
        return wrong(Remains::of);
    }

    /** What somebody may still see or wait for: the tables do not agree, something is prepared or locked. Empty if nothing is. */
    String locked() {
        return wrong(Remains::locksOf);
    }

    private String wrong(UnaryOperator<String> remains) {
        try {
            String blogs = ask(blogDatabase, "SELECT count(*), coalesce(sum(id), 0) FROM blogs");
            String reviews = ask(reviewDatabase, "SELECT count(*), coalesce(sum(blog_id), 0) FROM reviews");
            String atBlog = remains.apply(blogDatabase.url());
            String atReview = remains.apply(reviewDatabase.url());
            return (blogs.equals(reviews) ? "" : "blogs: " + blogs + ", reviews: " + reviews + " ")
                    + (atBlog.isEmpty() ? "" : "in the blog's database: " + atBlog + " ")
                    + (atReview.isEmpty() ? "" : "in the review's database: " + atReview);
        } catch (SQLException away) {
            return "a database does not answer: " + away.getMessage();
        }
    }

    /** What is not true of what the caller of that blog was told; empty if all is. */
    String lie(Submission told, String title) throws SQLException {
        boolean there = !ask(blogDatabase, "SELECT count(*), 0 FROM blogs WHERE title = '" + title + "'")
                .startsWith("0");
        boolean truthful = there ? told.mayBeThere() : told.mayBeAbsent();
        if (told.status() == 500) {
            return "the blog service calls it its own mistake: "
                    + process(Party.BLOG).log().stream()
                            .filter(line -> line.startsWith("dev.troth."))
                            .reduce((first, last) -> last)
                            .orElse("");
        }
        return truthful ? "" : "the caller was told " + told + ", and the blog is " + (there ? "there" : "not there");
    }

    /** Submits a blog; returns why it was not committed, empty if it was. */
    String refusal(String title) {
        Submission told = Submission.of(process(Party.BLOG).uri(), title).join();
        return told.status() == 201 ? "" : "a blog that was submitted later is answered with " + told.status();
    }

    private static String ask(DatabaseServer database, String question) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getLong(1) + " with sum " + row.getLong(2);
        }
    }

    @Override
    public void close() {
        actors.values().forEach(Actor::close);
        wires.values().forEach(TcpProxy::close);
        servers.values().forEach(Server::close);
    }
}
