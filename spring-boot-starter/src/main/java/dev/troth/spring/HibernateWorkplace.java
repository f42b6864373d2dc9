package dev.troth.spring;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.RollbackException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.JpaDialect;

/**
 * JPA, by Hibernate, which can work on a connection that it is given. The entity manager has a transaction of JPA's; its commit flushes, checks
 * versions and so on, and then commits nothing.
 */
final class HibernateWorkplace implements Workplace {
    private static final Logger log = LoggerFactory.getLogger(HibernateWorkplace.class);

    private final EntityManagerFactory factory;
    private final SessionFactory sessions;
    private final @Nullable JpaDialect dialect;

    /** The factory as its bean: that is the key. */
    HibernateWorkplace(EntityManagerFactory factory, SessionFactory sessions) {
        this.factory = factory;
        this.sessions = sessions;
        this.dialect = factory instanceof EntityManagerFactoryInfo info ? info.getJpaDialect() : null;
    }

    @Override
    public Object key() {
        return factory;
    }

    @Override
    public Desk on(Connection connection) {
        Given given = new Given(connection);
        EntityManager manager = sessions.withOptions().connection(given.proxy()).openSession();
        try {
            manager.getTransaction().begin();
            return new Open(this, new Holder(manager), manager, given);
        } catch (RuntimeException | Error failure) {
            EntityManagerFactoryUtils.closeEntityManager(manager);
            throw failure;
        }
    }

    @Override
    public RuntimeException meaning(RuntimeException failure) {
        return dialect == null ? failure : DataAccessUtils.translateIfNecessary(failure, dialect);
    }

    /** To Spring's managers it has a transaction that others have begun. */
    private static final class Holder extends EntityManagerHolder {
        Holder(EntityManager manager) {
            super(manager);
            setTransactionActive(true);
            setSynchronizedWithTransaction(true);
        }
    }

    private record Open(HibernateWorkplace workplace, Holder holder, EntityManager manager, Given given)
            implements Desk {
        @Override
        public boolean rollbackOnly() {
            EntityTransaction transaction = manager.getTransaction();
            return holder.isRollbackOnly() || (transaction.isActive() && transaction.getRollbackOnly());
        }

        @Override
        public void complete() {
            given.endsHere();
            try {
                manager.getTransaction().commit();
            } catch (RollbackException failure) { // what it means is in its cause
                throw workplace.meaning(failure.getCause() instanceof RuntimeException cause ? cause : failure);
            } catch (RuntimeException failure) {
                throw workplace.meaning(failure);
            }
        }

        @Override
        public void close() {
            given.endsHere();
            try {
                if (manager.getTransaction().isActive()) {
                    manager.getTransaction().rollback();
                }
            } catch (RuntimeException failure) {
                log.debug("an entity manager did not let go of its transaction: {}", failure.toString());
            }
            EntityManagerFactoryUtils.closeEntityManager(manager);
        }
    }

    /** A connection on which commit and rollback do nothing in the end, and before that what they do on the given one: they are errors. */
    private static final class Given {
        private final Connection connection;
        private boolean ends;

        Given(Connection connection) {
            this.connection = connection;
        }

        void endsHere() {
            ends = true;
        }

        Connection proxy() {
            return (Connection) Proxy.newProxyInstance(
                    Given.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (self, method, args) -> call(method, args));
        }

        private @Nullable Object call(Method method, Object @Nullable [] args) throws Throwable {
            boolean endsTransaction = args == null
                    && (method.getName().equals("commit") || method.getName().equals("rollback"));
            if (ends && endsTransaction) {
                return null;
            }
            try {
                return method.invoke(connection, args);
            } catch (InvocationTargetException failure) {
                throw failure.getCause() == null ? failure : failure.getCause();
            }
        }
    }
}
