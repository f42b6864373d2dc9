package dev.troth.bench.contender;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** For contenders that are written by hand: a channel in confirm mode, on which something happens when the broker has a message. */
final class ConfirmedPublishing {
    private final Channel channel;
    private final ConcurrentNavigableMap<Long, Then> unconfirmed = new ConcurrentSkipListMap<>();

    /** What happens then. */
    @FunctionalInterface
    interface Then {
        void run() throws IOException;
    }

    ConfirmedPublishing(Channel channel) throws IOException {
        this.channel = channel;
        channel.confirmSelect();
        channel.addConfirmListener(this::confirmed, (tag, multiple) -> {
            throw new IOException("The broker refused message " + tag);
        });
    }

    private void confirmed(long tag, boolean multiple) throws IOException {
        if (!multiple) {
            Then then = unconfirmed.remove(tag);
            if (then != null) {
                then.run();
            }
            return;
        }
        ConcurrentNavigableMap<Long, Then> all = unconfirmed.headMap(tag, true);
        for (Map.Entry<Long, Then> each = all.pollFirstEntry(); each != null; each = all.pollFirstEntry()) {
            each.getValue().run();
        }
    }

    synchronized void publish(String queue, AMQP.BasicProperties properties, byte[] body, Then then)
            throws IOException {
        unconfirmed.put(channel.getNextPublishSeqNo(), then);
        channel.basicPublish("", queue, true, properties, body);
    }
}
