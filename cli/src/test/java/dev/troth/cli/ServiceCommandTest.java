package dev.troth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.cli.process.EventLine;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.cli.process.ServiceSpec;
import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The services as processes, as their users run them. */
@Timeout(300)
class ServiceCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TERMINATED = 143;
    private static final int HALTED = 137;

    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private final BlockingQueue<EventLine> events = new LinkedBlockingQueue<>();
    private final ServiceSpec blogSpec = ServiceSpec.blog(postgres.freshDatabase(), rabbit.uri())
            .with("--prefix", "commands", "--timeout", "60") // a process that starts meanwhile may take its time
            .heardBy(events::add);
    private final ServiceSpec reviewSpec = ServiceSpec.review(postgres.freshDatabase(), rabbit.uri())
            .with("--prefix", "commands")
            .heardBy(events::add);

    private static CompletableFuture<Integer> submit(ServiceProcess blog) {
        HttpRequest request = HttpRequest.newBuilder(blog.uri().resolve("/submit_blog"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"t\",\"content\":\"c\"}"))
                .build();
        return HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::statusCode);
    }

    private void await(String service, String type) throws InterruptedException {
        while (true) {
            EventLine event = events.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as(type + " of " + service).isNotNull();
            if (event.service().equals(service) && event.type().equals(type)) {
                return;
            }
        }
    }

    @Test
    void a_terminated_service_answers_what_is_under_way_and_tells_no_secret() throws IOException {
        try (ServiceProcess review = reviewSpec.start();
                ServiceProcess blog = blogSpec.with("-v").start()) {
            review.pauseAt(CrashPoint.AFTER_PREPARED);
            CompletableFuture<Integer> status = submit(blog);
            review.awaitPaused(CrashPoint.AFTER_PREPARED, LIMIT);

            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(blog::terminate);
            review.resume();

            assertThat(status.join()).isEqualTo(201);
            assertThat(exit.join()).isEqualTo(TERMINATED);
            assertThat(String.join("\n", blog.log()))
                    .contains("stopping", "stopped")
                    .doesNotContain(postgres.password(), rabbit.password());
            assertThat(ProcessHandle.of(review.pid())
                            .flatMap(process -> process.info().commandLine())
                            .orElse(""))
                    .contains("review")
                    .doesNotContain(postgres.password(), rabbit.password());
        }
    }

    @Test
    void a_service_halts_at_the_point_that_it_was_given_and_its_next_start_finishes() throws InterruptedException {
        try (ServiceProcess doomed =
                        reviewSpec.with("--crash-at", "after_prepared").start();
                ServiceProcess blog = blogSpec.start()) {
            CompletableFuture<Integer> status = submit(blog);

            assertThat(doomed.awaitExit(LIMIT)).isEqualTo(HALTED);
            try (ServiceProcess next = reviewSpec.start()) {
                assertThat(status.join()).isEqualTo(201);
                await("review", "BranchFinished");
                assertThat(next.isAlive()).isTrue();
            }
        }
    }

    @Test
    void a_service_pauses_where_it_is_told_and_goes_on() {
        try (ServiceProcess review = reviewSpec.start();
                ServiceProcess blog = blogSpec.start()) {
            blog.pauseAt(CrashPoint.AFTER_DECISION_LOGGED);
            CompletableFuture<Integer> status = submit(blog);
            Gid paused = blog.awaitPaused(CrashPoint.AFTER_DECISION_LOGGED, LIMIT);

            assertThat(status).isNotDone();
            blog.resume();

            assertThat(status.join()).isEqualTo(201);
            assertThat(paused.service()).isEqualTo("blog");
            assertThat(review.isAlive()).isTrue();
        }
    }

    @Test
    void a_service_ends_when_the_one_that_started_it_is_gone() {
        try (ServiceProcess review = reviewSpec.start()) {
            review.abandon();

            assertThat(review.awaitExit(LIMIT)).isZero();
        }
    }
}
