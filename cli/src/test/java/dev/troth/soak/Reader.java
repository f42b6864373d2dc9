package dev.troth.soak;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.cli.harness.ServicePool;
import dev.troth.jdbc.Inbox;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import java.time.Duration;

/** A process that applies what the writers have published, in the order of each key. */
final class Reader {
    static final String SUBSCRIBER = "soak-reader";
    private static final int HANDLERS = 16;

    private Reader() {}

    /** The first argument is its name. */
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        HikariDataSource database = ServicePool.open(name, ServicePool.environment("TROTH_DB"), HANDLERS + 4);
        Troth troth = Troth.builder("reader")
                .transport(RabbitTransport.connect(
                        RabbitOptions.uri(ServicePool.environment("TROTH_AMQP")).startWithoutBroker()))
                .subscriber(Subscriber.named(SUBSCRIBER)
                        .on(Inbox.on(database))
                        .inOrder()
                        .concurrency(HANDLERS)
                        .handle(
                                Numbered.class,
                                (event, in) -> Rows.apply(in.connection(), event.key(), event.number())))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            troth.stop(Duration.ofSeconds(8));
            database.close();
        }));
        Parent.ready(name);
        Parent.awaitEnd();
    }
}
