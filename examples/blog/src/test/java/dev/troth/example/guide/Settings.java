package dev.troth.example.guide;

import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.codec.MessagePackCodec;
import dev.troth.jdbc.BranchOptions;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.LogOptions;
import dev.troth.jdbc.MariaDbBranches;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.XaBranches;
import dev.troth.rabbitmq.QueueLayout;
import dev.troth.rabbitmq.RabbitDelivery;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.BranchStore;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.Transport;
import dev.troth.tx.Branch;
import dev.troth.tx.TransactionEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.sql.DataSource;
import javax.sql.XADataSource;

/** The settings that the guide shows: compiled, not run. */
final class Settings {
    private final AtomicLong heuristics = new AtomicLong();

    static BranchStore postgres(DataSource reviewDatabase) {
        // snippet
        BranchStore branches = PostgresBranches.of(
                reviewDatabase,
                BranchOptions.defaults()
                        .withMaxInFlight(40) // this service's share of max_prepared_transactions
                        .withRetention(Duration.ofDays(3))); // longer than the longest outage of anybody
        // end
        return branches;
    }

    static BranchStore mariadb(DataSource reviewDatabase) {
        // snippet
        BranchStore branches = MariaDbBranches.of(
                reviewDatabase, BranchOptions.defaults().withMaxInFlight(16)); // the pool needs 18 connections
        // end
        return branches;
    }

    static BranchStore xa(XADataSource reviewDatabase) {
        // snippet
        BranchStore branches = XaBranches.of(reviewDatabase);
        // end
        return branches;
    }

    static DecisionLog log(DataSource blogDatabase) {
        // snippet
        DecisionLog decisions =
                JdbcDecisionLog.on(blogDatabase, LogOptions.defaults().withHistory(Duration.ofDays(30)));
        // end
        return decisions;
    }

    static Transport rabbit(SSLContext trust) {
        // snippet
        RabbitOptions options = RabbitOptions.uri("amqps://blog:secret@rabbit1,rabbit2,rabbit3/shop")
                .sslContext(trust) // the JVM's default trust store unless it is set
                .prefix("shop.troth");
        Transport transport = RabbitTransport.connect(options);
        // end
        return transport;
    }

    static Transport perKind(String uri) {
        // snippet
        RabbitOptions options = RabbitOptions.uri(uri).queues(QueueLayout.perKind());
        // end
        return RabbitTransport.connect(options);
    }

    static Optional<Long> tag(Branch branch) {
        // snippet
        Optional<RabbitDelivery> delivered = branch.delivery().unwrap(RabbitDelivery.class);
        // end
        return delivered.map(RabbitDelivery::deliveryTag);
    }

    TrothBuilder tuned(Transport transport, DecisionLog decisions, Participant reviewing) {
        return
        // snippet
        Troth.builder("blog")
                .transport(transport)
                .decisions(decisions)
                .participant(reviewing)
                .codec(new MessagePackCodec())
                .concurrency(14) // the pool has 16 connections
                .timeout(Duration.ofSeconds(5))
                .listener(event -> {
                    if (event instanceof TransactionEvent.Heuristic) {
                        heuristics.incrementAndGet();
                    }
                });
        // end
    }
}
