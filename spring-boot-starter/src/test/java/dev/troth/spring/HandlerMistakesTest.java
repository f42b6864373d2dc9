package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.InProcessTransport;
import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Incoming;
import dev.troth.message.Kind;
import dev.troth.spi.Transport;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.tx.Branch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** A mistake in the declaration of a handler is an error at the start that names the class, the method and the line to change. */
class HandlerMistakesTest {
    private static final ApplicationContextRunner SERVICE = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TrothAutoConfiguration.class,
                    TrothHandlerAutoConfiguration.class))
            .withPropertyValues("spring.application.name=review", "troth.transport=in-process", "troth.tables=create");

    private static final ApplicationContextRunner WITH_DATA_SOURCE =
            SERVICE.withBean("dataSource", DataSource.class, HandlerMistakesTest::h2);

    @Kind("order")
    record Order(int id) {}

    record WithoutKind(int id) {}

    private static DataSource h2() {
        return new DriverManagerDataSource("jdbc:h2:mem:mistakes;DB_CLOSE_DELAY=-1");
    }

    private static DataSource withTables(DataSource source) {
        TrothTables.of(source).create();
        return source;
    }

    static class First {
        @TrothHandler("review")
        void first(Order order) {}
    }

    static class Second {
        @TrothHandler("review")
        void second(Branch branch, Order order) {}
    }

    static class TakesNothing {
        @TrothHandler("review")
        void take() {}
    }

    static class TakesTwo {
        @TrothHandler("review")
        void take(Order order, String more) {}
    }

    static class TakesTwoBranches {
        @TrothHandler("review")
        void take(Order order, Branch branch, Branch again) {}
    }

    static class TakesIncoming {
        @TrothHandler("review")
        void take(Order order, Incoming incoming) {}
    }

    static class TakesWhatHasNoKind {
        @TrothHandler("review")
        void take(WithoutKind order) {}
    }

    static class Private {
        @TrothHandler("review")
        @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
        private void take(Order order) {}
    }

    static class Static {
        @TrothHandler("review")
        static void take(Order order) {}
    }

    @Scope("prototype")
    static class Prototype {
        @TrothHandler("review")
        void take(Order order) {}
    }

    static class BadName {
        @TrothHandler("Review")
        void take(Order order) {}
    }

    static class UnknownPlaceholder {
        @TrothHandler("${nobody.has.set.this}")
        void take(Order order) {}
    }

    static class ReturnsFuture {
        @TrothHandler("review")
        Future<String> take(Order order) {
            return CompletableFuture.completedFuture("done");
        }
    }

    static class ListensAndReturns {
        @TrothListener("notes")
        String take(Order order) {
            return "for nobody";
        }
    }

    static class ListensToNothing {
        @TrothListener("notes")
        void take(WithoutKind order) {}
    }

    static class ListensToBadTopic {
        @TrothListener(value = "notes", topics = "Not A Topic")
        void take(Order order) {}
    }

    static class ListensWithBadPause {
        @TrothListener(value = "notes", firstPause = "soon")
        void take(Order order) {}
    }

    static class ListensTwice {
        @TrothListener("notes")
        void first(Order order) {}

        @TrothListener(value = "notes", topics = "order")
        void second(WithoutKind order) {}
    }

    static class ListensTwiceOtherwise {
        @TrothListener(value = "notes", attempts = 3)
        void first(Order order) {}

        @TrothListener(value = "notes", attempts = 4, topics = "more.#")
        void second(WithoutKind order) {}
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            TakesNothing          | TakesNothing.take()                     | one parameter with the payload
            TakesTwo              | TakesTwo.take(Order, String)            | one of type dev.troth.tx.Branch
            TakesTwoBranches      | takes something else than a payload     | one parameter with the payload
            TakesIncoming         | TakesIncoming.take(Order, Incoming)     | one of type dev.troth.tx.Branch
            TakesWhatHasNoKind    | which has no kind                       | Add @Kind("…") to dev.troth.spring.HandlerMistakesTest$WithoutKind
            Private               | Private.take(Order) is private          | Remove the word private
            Static                | Static.take(Order) is static            | Remove the word static
            Prototype             | is in scope 'prototype'                 | Remove the scope from
            BadName               | BadName.take(Order): 'Review'           | Change @TrothHandler("Review")
            UnknownPlaceholder    | nobody.has.set.this                     | Set the property
            ReturnsFuture         | returns a future                        | Do the work in the method
            First                 | H2, the database of its data source, cannot prepare | troth.participants.review.data-source=
            ListensAndReturns     | which nobody would get                  | Let it return void
            ListensToNothing      | has no kind, and names no topics        | or topics = "…"
            ListensToBadTopic     | 'Not A Topic' is not a pattern          | Change its @TrothListener
            ListensWithBadPause   | 'soon' is not a valid duration          | Change its @TrothListener
            ListensTwice          | are both for 'order' of subscriber 'notes' | Remove one of them
            ListensTwiceOtherwise | say different attempts: 3, 4            | Say it at one of them
            """)
    void a_mistake_is_an_error_at_the_start(String type, String wrong, String remedy) throws Exception {
        assertRefused(WITH_DATA_SOURCE.withBean(Class.forName(getClass().getName() + "$" + type)), wrong, remedy);
    }

    @Test
    void two_methods_for_one_kind_are_both_named() {
        assertRefused(
                WITH_DATA_SOURCE.withBean(First.class).withBean(Second.class),
                "Second.second(Branch, Order) of bean '",
                "another @Kind");
    }

    @Test
    void a_handler_without_any_data_source_says_what_to_set() {
        assertRefused(SERVICE.withBean(First.class), "there is none", "spring.datasource.url=");
    }

    @Test
    void a_handler_with_several_data_sources_says_how_to_choose() {
        assertRefused(
                SERVICE.withBean(First.class)
                        .withBean("troths", DataSource.class, HandlerMistakesTest::h2)
                        .withBean("others", DataSource.class, HandlerMistakesTest::h2)
                        .withPropertyValues("troth.data-source=troths"),
                "of [troths, others] none is primary",
                "Add troth.participants.review.data-source=");
    }

    @Test
    void a_property_that_names_no_data_source_is_refused() {
        assertRefused(
                WITH_DATA_SOURCE
                        .withBean(First.class)
                        .withPropertyValues("troth.participants.review.data-source=reviews"),
                "names 'reviews', which is not one. The data sources are [dataSource]",
                "troth.participants.review.data-source=");
    }

    @Test
    void properties_of_a_participant_that_is_not_there_are_refused() {
        assertRefused(
                WITH_DATA_SOURCE.withBean(First.class).withPropertyValues("troth.participants.reviw.concurrency=2"),
                "no bean has a method with @TrothHandler(\"reviw\"); there are [review]",
                "Mend the name");
    }

    /** What a service's bean is called by. */
    interface Taking {
        /** Takes nothing. */
        void other();
    }

    static class Proxied implements Taking {
        @Transactional
        @Override
        public void other() {}

        @TrothListener("notes")
        public void take(Order order) {}
    }

    static class Final {
        @Transactional
        public void other() {}

        @TrothListener("notes")
        public final void take(Order order) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class ProxiesOfClasses {
        @Bean
        PlatformTransactionManager manager(DataSource source) {
            return new JdbcTransactionManager(source);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class ProxiesOfInterfaces {
        @Bean
        PlatformTransactionManager manager(DataSource source) {
            return new JdbcTransactionManager(source);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Hidden {
        /** Has Troth made before the bean. */
        @Bean
        String early(Troth troth) {
            return "after " + troth.instance();
        }

        @Bean
        Taking taking() {
            return new Proxied();
        }
    }

    @Test
    void a_method_that_a_proxy_of_interfaces_does_not_have_is_refused() {
        assertRefused(
                events().withUserConfiguration(ProxiesOfInterfaces.class).withBean(Proxied.class),
                "does not have it",
                "Declare the method in an interface");
    }

    @Test
    void a_final_method_behind_a_proxy_is_refused() {
        assertRefused(
                events().withUserConfiguration(ProxiesOfClasses.class).withBean(Final.class),
                "is final, so a call would not reach the bean",
                "Remove the word final");
    }

    @Test
    void a_method_that_can_only_be_seen_when_the_bean_is_there_is_refused() {
        assertRefused(events().withUserConfiguration(Hidden.class), "before the bean was made", "return Proxied.");
    }

    @Test
    void handlers_beside_a_troth_of_the_services_own_are_refused() {
        assertRefused(
                WITH_DATA_SOURCE
                        .withBean(First.class)
                        .withBean(
                                Troth.class,
                                () -> Troth.builder("own")
                                        .transport(InProcessTransport.create())
                                        .decisions(JdbcDecisionLog.on(withTables(h2())))
                                        .start()),
                "the service has made its Troth itself",
                "TrothBuilderCustomizer");
    }

    private static ApplicationContextRunner events() {
        return WITH_DATA_SOURCE.withBean(
                Transport.class, () -> InMemoryBroker.create().connect());
    }

    @Test
    void the_analysis_separates_what_is_wrong_from_what_to_do() {
        FailureAnalysis analysis = new HandlerFailureAnalyzer()
                .analyze(new IllegalStateException(new HandlerException("It is wrong.", "Change it.")));

        assertThat(analysis)
                .returns("It is wrong.", FailureAnalysis::getDescription)
                .returns("Change it.", FailureAnalysis::getAction);
    }

    private static void assertRefused(ApplicationContextRunner service, String wrong, String remedy) {
        service.run(context -> {
            HandlerException refused = handlerException(context.getStartupFailure())
                    .orElseThrow(() -> new AssertionError("not refused", context.getStartupFailure()));

            assertThat(refused.wrong()).contains(wrong);
            assertThat(refused.remedy()).contains(remedy);
            assertThat(refused).hasMessageContaining(". Nothing was started. ");
        });
    }

    private static Optional<HandlerException> handlerException(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof HandlerException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
