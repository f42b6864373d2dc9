package dev.troth.spring;

import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.util.ClassUtils;

/** The factories of entity managers of a data source. Touched only where JPA is on the class path. */
final class JpaWorkplaces {
    private static final boolean HIBERNATE =
            ClassUtils.isPresent("org.hibernate.SessionFactory", JpaWorkplaces.class.getClassLoader());

    private JpaWorkplaces() {}

    static List<Workplace> of(ListableBeanFactory beans, DataSource source) {
        return beans.getBeanProvider(EntityManagerFactory.class)
                .orderedStream()
                .filter(factory -> factory instanceof EntityManagerFactoryInfo info
                        && info.getDataSource() != null
                        && LogSource.of(info.getDataSource()).dataSource().equals(source))
                .map(JpaWorkplaces::workplace)
                .toList();
    }

    private static Workplace workplace(EntityManagerFactory factory) {
        EntityManagerFactory itself =
                factory instanceof EntityManagerFactoryInfo info ? info.getNativeEntityManagerFactory() : factory;
        if (!HIBERNATE || !(itself instanceof SessionFactory sessions)) {
            throw new HandlerException(
                    "The entity managers of " + itself.getClass().getName()
                            + " cannot work on a given connection, so what a handler does by JPA would be no part of its"
                            + " transaction.",
                    "Use Hibernate, or give the handlers a data source of their own without JPA.");
        }
        return new HibernateWorkplace(factory, sessions);
    }
}
