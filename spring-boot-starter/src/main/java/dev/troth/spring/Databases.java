package dev.troth.spring;

import dev.troth.jdbc.BranchOptions;
import dev.troth.jdbc.MariaDbBranches;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.spi.BranchStore;
import dev.troth.spring.HandlerProperties.OfParticipant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/** The data sources of the service, as its participants and subscribers need them. Used by the thread that starts the service. */
final class Databases {
    private static final boolean JPA =
            ClassUtils.isPresent("jakarta.persistence.EntityManagerFactory", Databases.class.getClassLoader())
                    && ClassUtils.isPresent(
                            "org.springframework.orm.jpa.EntityManagerHolder", Databases.class.getClassLoader());

    private final ConfigurableListableBeanFactory beans;
    private final boolean createTables;
    private final Set<DataSource> created = new HashSet<>();
    private final List<Supplier<BoundConnection>> connections = new ArrayList<>();

    Databases(ConfigurableListableBeanFactory beans, boolean createTables) {
        this.beans = beans;
        this.createTables = createTables;
    }

    /**
     * The data source of that name, or the primary one.
     *
     * @param method one of those that need it
     * @param property by which it is chosen
     */
    DataSource source(@Nullable String name, BeanMethod method, String property) {
        DataSource found = LogSource.of(name == null ? primary(method, property) : named(name, method, property))
                .dataSource();
        if (createTables && created.add(found)) {
            TrothTables.of(found).create();
        }
        return found;
    }

    private DataSource named(String name, BeanMethod method, String property) {
        if (!beans.containsBean(name) || !beans.isTypeMatch(name, DataSource.class)) {
            throw new HandlerException(
                    method + " needs a data source, and " + property + " names '" + name
                            + "', which is not one. The data sources are " + names(DataSource.class) + ".",
                    "Name one of them in application.properties: " + property + "=…");
        }
        return beans.getBean(name, DataSource.class);
    }

    private DataSource primary(BeanMethod method, String property) {
        DataSource only = beans.getBeanProvider(DataSource.class).getIfUnique();
        if (only == null) {
            String all = names(DataSource.class);
            throw new HandlerException(
                    method + " needs a data source, and "
                            + (all.equals("[]") ? "there is none." : "of " + all + " none is primary."),
                    all.equals("[]")
                            ? "Add spring.datasource.url=… to application.properties."
                            : "Add " + property + "=<name of the bean> to application.properties.");
        }
        return only;
    }

    private String names(Class<?> type) {
        return Arrays.toString(beans.getBeanNamesForType(type));
    }

    /** Where the branches of a participant are prepared: a store of the service's own, or one for the product of the data source's database. */
    BranchStore branches(DataSource source, OfParticipant settings, BeanMethod method, String property) {
        if (settings.store() != null) {
            if (!beans.containsBean(settings.store()) || !beans.isTypeMatch(settings.store(), BranchStore.class)) {
                throw new HandlerException(
                        method + " needs a branch store, and " + property + ".store names '" + settings.store()
                                + "', which is not one. The branch stores are " + names(BranchStore.class) + ".",
                        "Name one of them in application.properties, or none: " + property + ".store=…");
            }
            return beans.getBean(settings.store(), BranchStore.class);
        }
        BranchStore own = beans.getBeanProvider(BranchStore.class).getIfUnique();
        if (own != null) {
            return own;
        }
        if (!names(BranchStore.class).equals("[]")) {
            throw new HandlerException(
                    method + " needs a branch store, and of " + names(BranchStore.class) + " none is primary.",
                    "Add " + property + ".store=<name of the bean> to application.properties.");
        }
        return fitting(source, options(settings), method, property);
    }

    private static BranchOptions options(OfParticipant settings) {
        BranchOptions options = BranchOptions.defaults();
        if (settings.retention() != null) {
            options = options.withRetention(settings.retention());
        }
        return settings.maxInFlight() == null ? options : options.withMaxInFlight(settings.maxInFlight());
    }

    private static BranchStore fitting(DataSource source, BranchOptions options, BeanMethod method, String property) {
        String product = product(source, method);
        String name = product.toLowerCase(Locale.ROOT);
        if (name.contains("postgres")) {
            return PostgresBranches.of(source, options);
        }
        if (name.contains("mariadb") || name.contains("mysql")) {
            return MariaDbBranches.of(source, options);
        }
        throw new HandlerException(
                method + " is a participant's, and " + product + ", the database of its data source, cannot prepare.",
                "Name a data source of PostgreSQL, MariaDB or MySQL in application.properties, " + property
                        + ".data-source=…, or add a bean of type BranchStore, for Derby XaBranches.");
    }

    private static String product(DataSource source, BeanMethod method) {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getDatabaseProductName();
        } catch (SQLException failure) {
            throw HandlerException.about(
                    method,
                    failure,
                    "Check that the database of its data source runs, and its address, user and password:"
                            + " spring.datasource.*");
        }
    }

    /** How code of the service works on a connection of that data source. What it needs of JPA is looked for when it is needed. */
    Supplier<BoundConnection> bound(DataSource source) {
        Supplier<BoundConnection> bound = SingletonSupplier.of(() -> {
            List<Workplace> workplaces = new ArrayList<>();
            workplaces.add(new Workplace.OfDataSource(source));
            if (JPA) {
                workplaces.addAll(JpaWorkplaces.of(beans, source));
            }
            return new BoundConnection(workplaces);
        });
        connections.add(bound);
        return bound;
    }

    /** Looks for it now. */
    void complete() {
        for (Supplier<BoundConnection> connection : connections) {
            BoundConnection unused = connection.get();
        }
    }
}
