package dev.troth.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Time comes in through constructors, so that tests can choose it; and nothing sleeps: it waits for something, with a limit. Those who
 * may all the same are named here, with the reason.
 */
class TimeTest {
    private static final List<Named> MAY_ASK_THE_CLOCK = List.of(
            new Named("dev.troth.engine.runtime.SystemScheduler", "it is the engine's clock"),
            new Named("dev.troth.cli.Main", "the entry of a program chooses the clock"),
            new Named("dev.troth.bench.Bench", "the entry of a program chooses the clock"),
            new Named("dev.troth.bench.recovery.Crashed", "writes rows of now, as a service did that is gone"),
            new Named("dev.troth.bench.events.Backlog", "writes messages of now, as a service does"));

    private static final List<Named> MAY_WAIT_WITHOUT_A_SIGNAL = List.of(
            new Named("dev.troth.jdbc.DecisionWriter", "the leader wakes it; it looks again in case the leader died"),
            new Named("dev.troth.rabbitmq.Waiting", "a broker that notices something sends no signal"),
            new Named("dev.troth.testkit.TransportContract", "a message that does not come sends no signal"),
            new Named("dev.troth.testkit.servers.Server", "processes of others end without telling"),
            new Named(
                    "dev.troth.testkit.servers.TcpProxy",
                    "a machine without file descriptors does not tell when it has some"),
            new Named("dev.troth.testkit.Waiting", "databases and brokers tell nobody what others do in them"),
            new Named("dev.troth.testkit.servers.Waiting", "processes of others end without telling"),
            new Named("dev.troth.example.blog.Waiting", "the services tell nobody when recovery is done"),
            new Named("dev.troth.cli.harness.Polling", "databases do not tell when a transaction has left them"),
            new Named("dev.troth.rabbitmq.Admin", "a broker does not tell when a queue has changed"),
            new Named("dev.troth.bench", "a run lasts as long as it was told, and waits for what others do meanwhile"),
            new Named("dev.troth.rabbitmq.RabbitRecoveryTest", "RabbitMQ 3.10 forgets a queue younger than a second"));

    private static final Set<String> CLOCKS = Set.of(
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalTime.now",
            "java.time.LocalDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system",
            "java.time.InstantSource.system",
            "java.lang.System.currentTimeMillis",
            "java.util.Date.<init>",
            "java.util.Calendar.getInstance");

    private static final Set<String> SLEEPS = Set.of(
            Thread.class.getName() + ".sleep",
            TimeUnit.class.getName() + ".sleep",
            LockSupport.class.getName() + ".parkNanos",
            LockSupport.class.getName() + ".parkUntil");

    /** A class, or a package with those below, and why it may. */
    private record Named(String type, String reason) {}

    @Test
    void nobody_asks_the_clock_of_the_machine() {
        check(Bytecode.MAIN, CLOCKS, MAY_ASK_THE_CLOCK, "take an InstantSource or a Scheduler in the constructor");
    }

    @Test
    void nothing_sleeps() {
        check(Bytecode.MAIN, SLEEPS, MAY_WAIT_WITHOUT_A_SIGNAL, "wait for a condition, a queue or a future");
    }

    @Test
    void no_test_sleeps() {
        check(Bytecode.TESTS, SLEEPS, MAY_WAIT_WITHOUT_A_SIGNAL, "wait for a named point, a queue or a future");
    }

    private static void check(JavaClasses classes, Set<String> calls, List<Named> exempt, String instead) {
        noClasses()
                .that(isNone(exempt))
                .should()
                .accessTargetWhere(isOneOf(calls))
                .because(instead + "; exceptions are named, with a reason, in " + TimeTest.class.getSimpleName())
                .check(classes);
    }

    private static DescribedPredicate<JavaAccess<?>> isOneOf(Set<String> calls) {
        return DescribedPredicate.describe(
                "the target is a clock or a sleep",
                access -> calls.contains(access.getTargetOwner().getName() + "."
                        + access.getTarget().getName()));
    }

    private static DescribedPredicate<JavaClass> isNone(List<Named> exempt) {
        return DescribedPredicate.describe(
                "are not exempt",
                type -> exempt.stream()
                        .noneMatch(named -> type.getName().equals(named.type())
                                || type.getName().startsWith(named.type() + "$")
                                || type.getName().startsWith(named.type() + ".")));
    }
}
