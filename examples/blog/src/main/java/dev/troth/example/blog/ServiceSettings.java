package dev.troth.example.blog;

import dev.troth.TrothBuilder;
import dev.troth.spi.Transport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a service needs to run.
 *
 * @param database its database
 * @param transport connects to the broker; what it returns is closed with the service
 * @param port on 127.0.0.1, for HTTP; 0 for any free one
 * @param tuning further settings of its Troth, for example a listener
 */
public record ServiceSettings(
        DatabaseSettings database,
        Supplier<? extends Transport> transport,
        int port,
        UnaryOperator<TrothBuilder> tuning) {

    /** On any free port, with nothing further. */
    public static ServiceSettings of(DatabaseSettings database, Supplier<? extends Transport> transport) {
        return new ServiceSettings(database, transport, 0, builder -> builder);
    }

    /** The same on another port. */
    public ServiceSettings port(int value) {
        return new ServiceSettings(database, transport, value, tuning);
    }

    /** The same with further settings. */
    public ServiceSettings tuning(UnaryOperator<TrothBuilder> value) {
        return new ServiceSettings(database, transport, port, value);
    }
}
