package dev.troth.proof;

import dev.troth.rabbitmq.QueueLayout;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.Locale;

/** The layouts of queues that services can be set to. */
enum Layout {
    PER_PARTICIPANT,
    PER_KIND,
    PER_TRANSACTION;

    /** That of a proof that is run with {@code -Dtroth.queues=per-transaction}, for example. */
    static Layout asked() {
        return valueOf(System.getProperty("troth.queues", "per-participant")
                .toUpperCase(Locale.ROOT)
                .replace('-', '_'));
    }

    /** Services of different layouts do not meet there. */
    RabbitTransport connect(String uri) {
        return RabbitTransport.connect(RabbitOptions.uri(uri)
                .prefix(name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .queues(queues()));
    }

    private QueueLayout queues() {
        return switch (this) {
            case PER_PARTICIPANT -> QueueLayout.perParticipant();
            case PER_KIND -> QueueLayout.perKind();
            case PER_TRANSACTION -> QueueLayout.perTransaction();
        };
    }
}
