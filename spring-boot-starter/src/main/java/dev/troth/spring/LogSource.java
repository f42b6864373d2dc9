package dev.troth.spring;

import java.util.Arrays;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * The data source with the decision log and the outbox.
 *
 * @param dataSource the data source itself, by which Spring's transaction managers know its transactions
 */
record LogSource(DataSource dataSource) {
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

    static LogSource of(DataSource given) {
        if (given instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
            return new LogSource(proxy.getTargetDataSource());
        }
        return new LogSource(given);
    }
}
