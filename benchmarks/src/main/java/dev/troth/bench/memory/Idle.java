package dev.troth.bench.memory;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.troth.Participant;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import dev.troth.bench.fixture.Program;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.message.Kind;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Proves that an idle Troth takes little beside what a service has anyway: first this JVM holds a pool and one connection and channel of the
 * AMQP client, both used; then a Troth in addition, with a decision log, a participant, an outbox and a subscriber over RabbitMQ, after its
 * first rounds of recovery. What was added is wanted to be at most 25 MB of heap, classes and stacks.
 */
public final class Idle {
    private static final double LIMIT_MB = 25;
    private static final int CONNECTIONS = 10;

    @Kind("idle-command")
    record Command(String text) {}

    private Idle() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, Idle::measure);
    }

    /** What was measured. */
    public static Map<String, Object> measure(Setting setting) throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(setting.broker());
        try (Database database = new Database(setting.databases().get(0), CONNECTIONS);
                Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            String queue = channel.queueDeclare().getQueue();
            channel.basicPublish("", queue, null, new byte[1]);
            Footprint without = Footprint.now();
            try (Troth troth = start(setting, database)) {
                TimeUnit.SECONDS.sleep(setting.number("seconds", 15));
                Footprint with = Footprint.now();
                Footprint added = with.minus(without);
                without.into(figures, "without_");
                added.into(figures, "added_");
                figures.put("added_mb", Load.rounded(added.held()));
                figures.put("wanted", added.held() <= LIMIT_MB);
                figures.put("right", troth.health().transportConnected() && channel.isOpen());
            }
        }
        return figures;
    }

    private static Troth start(Setting setting, Database database) {
        return Troth.builder("idle")
                .transport(RabbitTransport.connect(setting.broker()))
                .decisions(JdbcDecisionLog.on(database.pool()))
                .outbox(Outbox.on(database.pool()))
                .participant(Participant.named("idle")
                        .on(PostgresBranches.of(database.pool()))
                        .handle(Command.class, (command, branch) -> branch.connection()))
                .subscriber(Subscriber.named("idle")
                        .on(Inbox.on(database.pool()))
                        .handle(Command.class, (command, in) -> in.connection()))
                .start();
    }
}
