package dev.troth.example.blog.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP on 127.0.0.1 with the JDK's own server and a fixed number of threads. A request whose answer comes later holds
 * none of them; what is more than they can take waits in a bounded queue, and then in the sockets.
 */
public final class WebServer {
    private static final Logger log = LoggerFactory.getLogger(WebServer.class);
    private static final int THREADS = 8;
    private static final int QUEUE = 1_000;
    private static final int BACKLOG = 256;

    static {
        // The JDK's server reads its settings once. Without these a slow client holds a thread for ever, every answer
        // on a
        // kept connection takes 40 ms, and the answer to a body that is too large is lost in a reset.
        setting("maxReqTime", "20");
        setting("maxRspTime", "120");
        setting("nodelay", "true");
        setting("drainAmount", Integer.toString(8 << 20));
    }

    private final HttpServer server;
    private final List<Route> routes;
    private final Function<Throwable, Problem> problems;
    private final ThreadPoolExecutor threads;
    private final Pending pending = new Pending();

    private WebServer(HttpServer server, String name, List<Route> routes, Function<Throwable, Problem> problems) {
        this.server = server;
        this.routes = routes;
        this.problems = problems;
        this.threads = threads(name);
    }

    /**
     * Starts to serve.
     *
     * @param name becomes part of the threads' names
     * @param port on 127.0.0.1; 0 for any free one
     * @param routes who answers what
     * @param problems what the client is told of a failure
     * @throws IOException if nobody can listen there
     */
    public static WebServer start(String name, int port, Routes routes, Function<Throwable, Problem> problems)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer server;
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "Nobody can listen at " + address + " (" + e.getMessage() + "). Nothing was started. Choose another"
                            + " port; 0 takes any that is free.",
                    e);
        }
        WebServer web = new WebServer(server, name, routes.all(), problems);
        server.setExecutor(web.threads);
        server.createContext("/", web::handle);
        server.start();
        return web;
    }

    private static void setting(String name, String value) {
        String property = "sun.net.httpserver." + name;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static ThreadPoolExecutor threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> {
                    Thread thread = new Thread(task, name + "-http-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    /** Where it is. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) {
        long start = System.nanoTime();
        if (!pending.enter()) {
            Problem stopping = Problem.of(503, "stopping", "Stopping", "The service is stopping. Nothing was done.");
            send(exchange, Answer.problem(stopping.retryAfter(1)), start);
            return;
        }
        CompletableFuture<Answer> answer;
        try {
            answer = answer(exchange).toCompletableFuture();
        } catch (Exception failure) {
            answer = CompletableFuture.failedFuture(failure);
        }
        if (answer.isDone()) {
            end(exchange, answer, start);
        } else {
            CompletableFuture<Answer> later = answer;
            CompletableFuture<Void> unused =
                    later.handle((done, failure) -> done).thenRunAsync(() -> end(exchange, later, start), threads);
        }
    }

    private CompletableFuture<Answer> answer(HttpExchange exchange) throws Exception {
        String path = exchange.getRequestURI().getPath();
        for (Route route : routes) {
            Optional<Map<String, String>> values = route.match(path);
            if (values.isPresent() && route.method().equals(exchange.getRequestMethod())) {
                return route.endpoint()
                        .handle(new Request(exchange, values.get()))
                        .toCompletableFuture();
            }
        }
        throw new ProblemException(nobody(exchange, path));
    }

    private Problem nobody(HttpExchange exchange, String path) {
        String allowed = routes.stream()
                .filter(route -> route.match(path).isPresent())
                .map(Route::method)
                .distinct()
                .collect(Collectors.joining(", "));
        if (allowed.isEmpty()) {
            return Problem.plain(404, "Not Found", "There is nothing at " + path + ".");
        }
        return Problem.plain(
                        405,
                        "Method Not Allowed",
                        path + " takes " + allowed + ", not " + exchange.getRequestMethod() + ".")
                .header("Allow", allowed);
    }

    private void end(HttpExchange exchange, CompletableFuture<Answer> answer, long start) {
        try {
            send(exchange, settled(answer), start);
        } finally {
            pending.leave();
        }
    }

    private Answer settled(CompletableFuture<Answer> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            Throwable cause = cause(e);
            return Answer.problem(cause instanceof ProblemException known ? known.problem() : problems.apply(cause));
        }
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause(cause) : failure;
    }

    private static void send(HttpExchange exchange, Answer answer, long start) {
        String method = exchange.getRequestMethod();
        try (exchange) {
            byte[] body = answer.body();
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            boolean bodiless = method.equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : body.length);
            if (!bodiless) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        } catch (IOException gone) {
            log.debug("the client did not wait for its answer: {}", gone.toString());
        }
        log.debug(
                "method={} path={} status={} ms={}",
                method,
                exchange.getRequestURI().getPath(),
                answer.status(),
                Duration.ofNanos(System.nanoTime() - start).toMillis());
    }

    /**
     * Stops: what is under way gets so long to be answered, new requests on open connections get a 503. Does nothing the second
     * time.
     */
    public void stop(Duration patience) {
        pending.refuseNew(patience);
        crash();
    }

    /** Stops as a crash does: every connection breaks. */
    public void crash() {
        server.stop(0);
        threads.shutdownNow();
    }
}
