package dev.troth.spring;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.util.ClassUtils;

/**
 * The data source with the decision log and the outbox.
 *
 * @param dataSource the data source itself, by which Spring's transaction managers know its transactions
 */
record LogSource(DataSource dataSource) {
    private static final boolean JPA =
            ClassUtils.isPresent("org.springframework.orm.jpa.JpaTransactionManager", LogSource.class.getClassLoader());

    static LogSource named(ListableBeanFactory beans, String name) {
        if (!beans.containsBean(name)) {
            throw new SetupException(
                    "troth.data-source names '" + name + "', and there is no such bean.",
                    "The data sources are "
                            + Arrays.toString(
                                    BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class))
                            + ": name one of them.");
        }
        return of(beans.getBean(name, DataSource.class));
    }

    /** Those of the managers that manage its transactions. */
    List<PlatformTransactionManager> managers(Stream<PlatformTransactionManager> all) {
        return all.filter(manager -> dataSource.equals(managed(manager))).toList();
    }

    private static @Nullable Object managed(PlatformTransactionManager manager) {
        if (JPA && Jpa.is(manager)) {
            return Jpa.dataSource(manager);
        }
        return manager instanceof ResourceTransactionManager known ? known.getResourceFactory() : null;
    }

    /** Touched only where JPA is on the class path. */
    private static final class Jpa {
        static boolean is(PlatformTransactionManager manager) {
            return manager instanceof JpaTransactionManager;
        }

        static @Nullable DataSource dataSource(PlatformTransactionManager manager) {
            return ((JpaTransactionManager) manager).getDataSource();
        }
    }

    static LogSource of(DataSource given) {
        if (given instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
            return new LogSource(proxy.getTargetDataSource());
        }
        return new LogSource(given);
    }
}
