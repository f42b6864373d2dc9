package dev.troth.tidy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who may know whom; ARCHITECTURE.md draws it. No arrow goes up, no two packages know each other in a circle, adapters do not
 * know each other.
 */
class LayersTest {
    private static final String ROOT = "dev.troth";

    /** What each adapter shows; everything else in it is package-private. */
    private static final Map<String, Set<String>> SHOWN = Map.of(
            "dev.troth.jdbc",
            Set.of(
                    "JdbcDecisionLog",
                    "LogOptions",
                    "PostgresBranches",
                    "MariaDbBranches",
                    "XaBranches",
                    "BranchOptions",
                    "Inbox",
                    "Outbox",
                    "TrothTables"),
            "dev.troth.spring",
            Set.of(
                    "TrothAutoConfiguration",
                    "TrothProperties",
                    "TrothBuilderCustomizer",
                    "TrothTemplate",
                    "TrothHandlerAutoConfiguration",
                    "TrothHandler",
                    "TrothListener"),
            "dev.troth.rabbitmq",
            Set.of(
                    "RabbitTransport",
                    "RabbitOptions",
                    "RabbitDelivery",
                    "QueueLayout",
                    "RabbitConnector",
                    "Toolbox",
                    "ToolboxOptions",
                    "ToolboxException",
                    "Exchange",
                    "Queue",
                    "Overflow",
                    "Binding",
                    "Declarations",
                    "DeclarationException",
                    "Difference",
                    "QueueState",
                    "OutgoingMessage",
                    "PublishOutcome",
                    "PublishException",
                    "Consumption",
                    "Receiver",
                    "IncomingMessage",
                    "Subscription",
                    "PeekedMessage",
                    "ChannelPool",
                    "PooledChannel",
                    "SharedChannel",
                    "ChannelWork",
                    "PoolState",
                    "BorrowException",
                    "ChannelBusyException"));

    @Test
    void no_two_packages_know_each_other_in_a_circle() {
        slices().matching("dev.(**)").should().beFreeOfCycles().check(Bytecode.MAIN);
    }

    @Test
    void the_protocol_knows_values_of_the_jdk_only() {
        classes()
                .that()
                .resideInAPackage("dev.troth.protocol..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "dev.troth.protocol..",
                        "java.lang..",
                        "java.util",
                        "java.util.function",
                        "java.util.regex",
                        "java.util.stream",
                        "java.time..",
                        "org.jspecify.."))
                .because("its rules are pure functions: no input or output, no threads, no clock")
                .check(Bytecode.MAIN);
    }

    /** Layer by layer: what may know a package. Whatever is not named here may not. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            dev.troth.engine..    , dev.troth.engine.. dev.troth dev.troth.bench..
            dev.troth.codec..     , dev.troth.codec.. dev.troth dev.troth.testkit.. dev.troth.bench..
            dev.troth             , dev.troth dev.troth.testkit.. dev.troth.spring.. dev.troth.example.. dev.troth.cli.. dev.troth.bench..
            dev.troth.jdbc..      , dev.troth.jdbc.. dev.troth.spring.. dev.troth.example.. dev.troth.cli.. dev.troth.bench..
            dev.troth.rabbitmq..  , dev.troth.rabbitmq.. dev.troth.spring.. dev.troth.example.. dev.troth.cli.. dev.troth.bench..
            dev.troth.testkit..   , dev.troth.testkit.. dev.troth.cli.. dev.troth.bench..
            dev.troth.spring..    , dev.troth.spring..
            dev.troth.example..   , dev.troth.example.. dev.troth.cli..
            dev.troth.cli..       , dev.troth.cli..
            dev.troth.bench..     , dev.troth.bench..
            com.fasterxml..       , dev.troth.codec.. dev.troth.example.. dev.troth.cli.. dev.troth.bench..
            org.msgpack..         , dev.troth.codec..
            com.rabbitmq..        , dev.troth.rabbitmq.. dev.troth.cli.. dev.troth.bench..
            org.springframework.. , dev.troth.spring..
            org.hibernate..       , dev.troth.spring..
            jakarta.persistence.. , dev.troth.spring..
            org.postgresql..      , dev.troth.bench..
            org.mariadb..         , nobody
            org.junit..           , dev.troth.testkit..
            org.assertj..         , dev.troth.testkit..
            """)
    void only_these_may_know_it(String known, String knowers) {
        noClasses()
                .that(DescribedPredicate.not(resideInAnyPackage(knowers.split(" ", -1))))
                .should()
                .dependOnClassesThat(resideInAPackage(known))
                .because("only " + knowers + " may know " + known)
                .check(Bytecode.MAIN);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            dev.troth.tx..     , dev.troth.spi.. dev.troth.codec..
            dev.troth.message.., dev.troth.spi.. dev.troth.codec.. dev.troth.tx..
            dev.troth.admin..  , dev.troth.spi.. dev.troth.codec..
            dev.troth.spi..    , dev.troth.codec..
            """)
    void these_know_nothing_of_what_lies_above(String below, String above) {
        noClasses()
                .that()
                .resideInAPackage(below)
                .should()
                .dependOnClassesThat(resideInAnyPackage(above.split(" ", -1)))
                .check(Bytecode.MAIN);
    }

    @Test
    void adapters_show_what_is_listed_and_nothing_more() {
        SHOWN.forEach((adapter, listed) -> {
            Set<String> shown = new TreeSet<>();
            Bytecode.MAIN.stream()
                    .filter(type -> type.getPackageName().startsWith(adapter))
                    .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                    .filter(type -> !type.getSimpleName().equals("package-info"))
                    .map(JavaClass::getSimpleName)
                    .forEach(shown::add);

            assertThat(listed)
                    .as("public types of %s: make it package-private, or add it to this list", adapter)
                    .containsAll(shown);
        });
    }

    @Test
    void the_rules_above_look_at_all_modules() {
        Set<String> packages = new TreeSet<>();
        Bytecode.MAIN.stream().map(JavaClass::getPackageName).forEach(packages::add);

        assertThat(packages).contains("dev.troth.protocol", ROOT, "dev.troth.jdbc", "dev.troth.rabbitmq");
        assertThat(Bytecode.TESTS.stream().map(HasName::getName)).anyMatch(name -> name.startsWith("dev.troth.jdbc"));
    }
}
