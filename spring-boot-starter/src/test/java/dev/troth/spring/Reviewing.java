package dev.troth.spring;

import dev.troth.message.Incoming;
import dev.troth.message.Kind;
import dev.troth.tx.Branch;
import dev.troth.tx.RefusedException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jspecify.annotations.Nullable;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A service that writes reviews, in every way in which Spring can reach a database. */
@SuppressWarnings("NullAway.Init") // entity managers are injected into fields
final class Reviewing {
    private Reviewing() {}

    /** What is done with a review. */
    enum How {
        JDBC,
        CLIENT,
        JPA,
        REPOSITORY,
        MYBATIS,
        MYBATIS_BATCH,
        CONNECTION,
        TRANSACTIONAL,
        HOOKS,
        AND_ALONE,
        ENLISTS,
        ENLISTS_WHO_REFUSES,
        PUBLISHES,
        REFUSED,
        REFUSED_INSIDE,
        CHECKED,
        DUPLICATE_BY_JDBC,
        DUPLICATE_BY_JPA,
        MISSING_BY_JPA,
        STALE,
        ROLLBACK_ONLY,
        SWALLOWED,
        COMMITS,
        FAILING_HOOK,
        SLOW
    }

    /** To a participant. */
    @Kind("write")
    record Write(How how, String id) {}

    /** To a participant's other method. */
    @Kind("write-proxied")
    record WriteProxied(How how, String id) {}

    /** To a participant, which nobody calls but lazily. */
    @Kind("write-lazily")
    record WriteLazily(String id) {}

    /** To subscribers. */
    @Kind("review.written")
    record Written(How how, String id) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {
        @Bean
        Handlers handlers() {
            return new Handlers();
        }

        @Bean
        Proxied proxied(Handlers handlers) {
            return new Proxied(handlers);
        }

        @Bean
        Inner inner() {
            return new Inner();
        }

        @Bean
        Seen seen() {
            return new Seen();
        }

        @Bean
        SqlSessionFactory sqlSessionFactory(DataSource dataSource) throws Exception {
            SqlSessionFactoryBean factory = new SqlSessionFactoryBean();
            factory.setDataSource(dataSource);
            var configuration = new org.apache.ibatis.session.Configuration();
            configuration.addMapper(ReviewMapper.class);
            factory.setConfiguration(configuration);
            return Objects.requireNonNull(factory.getObject());
        }
    }

    /** What hooks have been told, and what else is to be known of a run. */
    static class Seen {
        final List<String> told = new CopyOnWriteArrayList<>();
        final CountDownLatch end = new CountDownLatch(1);

        TransactionSynchronization hook(boolean failing) {
            return new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    told.add("before commit");
                    if (failing) {
                        throw new IllegalStateException("a hook that fails");
                    }
                }

                @Override
                public void afterCommit() {
                    told.add("after commit");
                    throw new IllegalStateException("a hook that fails too late");
                }

                @Override
                public void afterCompletion(int status) {
                    told.add("completed " + status);
                }
            };
        }
    }

    static class Handlers {
        private @PersistenceContext EntityManager entities;
        private @Autowired JdbcTemplate jdbc;
        private @Autowired JdbcClient client;
        private @Autowired ReviewRows rows;
        private @Autowired SqlSessionFactory sessions;
        private @Autowired DataSource source;
        private @Autowired Inner inner;
        private @Autowired Seen seen;
        private @Autowired TrothTemplate troth;

        @TrothHandler("review")
        String write(Branch branch, Write command) throws Exception {
            write(command.how(), command.id());
            return command.how() + " in " + branch.id().gid().service();
        }

        @TrothListener(value = "notes", attempts = 3, firstPause = "10ms", longestPause = "20ms")
        void written(Written event, Incoming incoming) throws Exception {
            seen.told.add("attempt " + incoming.attempt());
            write(event.how(), event.id());
        }

        void write(How how, String id) throws Exception {
            switch (how) {
                case JDBC -> insert(id);
                case CLIENT ->
                    client.sql("INSERT INTO reviews VALUES (?, 'x', 0)")
                            .params(id)
                            .update();
                case JPA -> entities.persist(new ReviewRow(id, "by jpa"));
                case REPOSITORY -> rows.save(new ReviewRow(id, "by a repository"));
                case MYBATIS -> mapper(ExecutorType.SIMPLE).insert(id);
                case MYBATIS_BATCH -> mapper(ExecutorType.BATCH).insert(id);
                case CONNECTION -> insert(id, DataSourceUtils.getConnection(source));
                case TRANSACTIONAL -> inner.required(id);
                case HOOKS -> {
                    TransactionSynchronizationManager.registerSynchronization(seen.hook(false));
                    insert(id);
                }
                case ENLISTS -> {
                    insert(id);
                    CompletableFuture<Void> unused =
                            troth.enlist("review", new WriteProxied(How.JDBC, id + "-enlisted"));
                }
                case PUBLISHES -> {
                    insert(id);
                    troth.publish(new Written(How.JDBC, id + "-published"));
                }
                case AND_ALONE -> {
                    insert(id);
                    inner.alone(id + "-alone");
                }
                default -> fail(how, id);
            }
        }

        private void fail(How how, String id) throws Exception {
            switch (how) {
                case REFUSED -> {
                    insert(id);
                    throw new RefusedException("not this one");
                }
                case ENLISTS_WHO_REFUSES -> {
                    insert(id);
                    CompletableFuture<Void> unused = troth.enlist("review", new WriteProxied(How.REFUSED, "x"));
                }
                case REFUSED_INSIDE -> inner.refused(id);
                case CHECKED -> {
                    insert(id);
                    throw new java.io.IOException("a file is missing");
                }
                case DUPLICATE_BY_JDBC -> insert("there");
                case DUPLICATE_BY_JPA -> entities.persist(new ReviewRow("there", "once more"));
                case MISSING_BY_JPA -> entities.persist(new ReviewRow(id, null));
                case STALE -> {
                    ReviewRow row = Objects.requireNonNull(entities.find(ReviewRow.class, "there"));
                    inner.changeAlone("there");
                    row.text = "changed";
                }
                case ROLLBACK_ONLY -> inner.rollbackOnly(id);
                case SWALLOWED -> swallow(id);
                case COMMITS -> {
                    insert(id);
                    DataSourceUtils.getConnection(source).commit();
                }
                case FAILING_HOOK -> {
                    TransactionSynchronizationManager.registerSynchronization(seen.hook(true));
                    insert(id);
                }
                case SLOW -> {
                    insert(id);
                    seen.end.await();
                }
                default -> throw new IllegalArgumentException("nothing is known of " + how);
            }
        }

        private void swallow(String id) {
            try {
                inner.failing(id);
            } catch (IllegalStateException swallowed) {
                seen.told.add("swallowed");
            }
        }

        private void insert(String id) {
            jdbc.update("INSERT INTO reviews VALUES (?, 'x', 0)", id);
        }

        private static void insert(String id, java.sql.Connection connection) throws java.sql.SQLException {
            try (var insert = connection.prepareStatement("INSERT INTO reviews VALUES (?, 'x', 0)")) {
                insert.setString(1, id);
                insert.executeUpdate();
            }
        }

        private ReviewMapper mapper(ExecutorType type) {
            return new SqlSessionTemplate(sessions, type).getMapper(ReviewMapper.class);
        }
    }

    /** Behind a proxy, of which Troth must not go past. */
    static class Proxied {
        private final Handlers handlers;

        Proxied(Handlers handlers) {
            this.handlers = handlers;
        }

        @Transactional
        @TrothHandler("review")
        public @Nullable String write(WriteProxied command) throws Exception {
            handlers.write(command.how(), command.id());
            return TransactionAspectSupport.currentTransactionStatus().isNewTransaction() ? "alone" : null;
        }
    }

    static class Inner {
        private @Autowired JdbcTemplate jdbc;

        private void insert(String id) {
            jdbc.update("INSERT INTO reviews VALUES (?, 'x', 0)", id);
        }

        @Transactional
        public void required(String id) {
            insert(id);
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void alone(String id) {
            insert(id);
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void changeAlone(String id) {
            jdbc.update("UPDATE reviews SET version = version + 1 WHERE id = ?", id);
        }

        @Transactional
        public void refused(String id) {
            insert(id);
            throw new RefusedException("not this one");
        }

        @Transactional
        public void failing(String id) {
            insert(id);
            throw new IllegalStateException("it failed");
        }

        @Transactional
        public void rollbackOnly(String id) {
            insert(id);
            TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
        }
    }
}
