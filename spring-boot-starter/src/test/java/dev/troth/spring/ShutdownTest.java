package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Troth;
import dev.troth.tx.NotStartedException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

class ShutdownTest {
    /** Notes when it is stopped. */
    private static final class Noting implements SmartLifecycle {
        private final String name;
        private final int phase;
        private final List<String> stops;
        private volatile boolean running;

        Noting(String name, int phase, List<String> stops) {
            this.name = name;
            this.phase = phase;
            this.stops = stops;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            stops.add(name);
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Order {
        @Bean
        List<String> stops() {
            return new CopyOnWriteArrayList<>();
        }

        /** As Spring Boot's web servers: they take no requests any more, then they stop. */
        @Bean
        Noting webServer(List<String> stops) {
            return new Noting("web server", SmartLifecycle.DEFAULT_PHASE - 2048, stops);
        }

        @Bean
        Noting connections(List<String> stops) {
            return new Noting("connections", 0, stops);
        }

        @Bean
        ThreadPoolTaskExecutor tasks() {
            ThreadPoolTaskExecutor tasks = new ThreadPoolTaskExecutor();
            tasks.setCorePoolSize(1);
            tasks.setWaitForTasksToCompleteOnShutdown(true);
            return tasks;
        }

        @Bean
        dev.troth.tx.TransactionListener noting(List<String> stops) {
            return event -> {
                if (event instanceof dev.troth.tx.TransactionEvent.Decided) {
                    stops.add("transaction");
                }
            };
        }
    }

    @Test
    void what_runs_ends_after_the_web_server_has_stopped_and_before_connections_close() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> webServerStopped = new CompletableFuture<>();
        Services.small().withUserConfiguration(Order.class).run(context -> {
            Troth troth = context.getBean(Troth.class);
            @SuppressWarnings("unchecked")
            List<String> stops = context.getBean("stops", List.class);
            CompletableFuture<Object> running = troth.transactAsync("slow", tx -> {
                tx.connection().createStatement().execute("SELECT 1");
                begun.countDown();
                webServerStopped.join();
                return tx.gid();
            });
            begun.await();
            SmartLifecycle release = context.getBean("webServer", SmartLifecycle.class);
            assertThat(release.getPhase()).isGreaterThan(TrothShutdown.PHASE);
            context.getBeanFactory()
                    .registerSingleton(
                            "release", new Releasing(TrothShutdown.PHASE + 1, () -> webServerStopped.complete(null)));

            context.close();

            assertThat(running).isCompleted();
            assertThat(stops).containsSubsequence("web server", "transaction", "connections");
            assertThatThrownBy(() -> troth.transact("late", tx -> 1)).isInstanceOf(NotStartedException.class);
        });
    }

    /** Lets the transaction go on, just before Troth stops. */
    private record Releasing(int phase, Runnable task) implements SmartLifecycle {
        @Override
        public void start() {}

        @Override
        public void stop() {
            task.run();
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    @Test
    void tasks_and_schedulers_stop_before_it() {
        assertThat(new ThreadPoolTaskExecutor().getPhase()).isGreaterThan(TrothShutdown.PHASE);
        assertThat(TrothShutdown.PHASE).isPositive();
    }

    @Test
    void it_waits_no_longer_than_the_phase_and_keeps_time_to_let_go() {
        Duration half = Duration.ofSeconds(30);

        assertThat(TrothShutdown.patience(Duration.ofSeconds(10), half)).isEqualTo(Duration.ofSeconds(10));
        assertThat(TrothShutdown.patience(Duration.ofMinutes(5), half)).isEqualTo(Duration.ofSeconds(25));
        assertThat(TrothShutdown.patience(Duration.ofMinutes(5), Duration.ofSeconds(4)))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void a_transaction_that_does_not_end_holds_up_the_shutdown_for_the_phase_only() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Services.small()
                .withPropertyValues("troth.timeout=1h", "spring.lifecycle.timeout-per-shutdown-phase=200ms")
                .run(context -> {
                    Troth troth = context.getBean(Troth.class);
                    CompletableFuture<Object> hanging = troth.transactAsync("hanging", tx -> {
                        begun.countDown();
                        never.await();
                        return 1;
                    });
                    begun.await();

                    context.close();

                    assertThat(hanging).isNotCompleted();
                    never.countDown();
                });
    }

    @Test
    void a_stopped_context_says_that_troth_does_not_start_again() {
        Services.small().run(context -> {
            context.stop();

            assertThatThrownBy(context::start)
                    .hasStackTraceContaining("does not start again: its connections are closed");
        });
    }

    @Test
    void a_context_that_spring_7_pauses_between_tests_goes_on_with_its_troth() throws Exception {
        Optional<Method> pause = method("pause");
        Optional<Method> restart = method("restart");
        Services.small().run(context -> {
            if (pause.isPresent() && restart.isPresent()) {
                pause.get().invoke(context.getSourceApplicationContext());
                restart.get().invoke(context.getSourceApplicationContext());
            }

            assertThat(Services.commits(context.getBean(Troth.class))).isTrue();
            assertThat(context.getBean(DataSource.class)).isNotNull();
        });
    }

    private static Optional<Method> method(String name) {
        return Arrays.stream(ConfigurableApplicationContext.class.getMethods())
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == 0)
                .findFirst();
    }
}
