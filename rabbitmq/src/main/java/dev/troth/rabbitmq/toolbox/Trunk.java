package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.rabbitmq.RabbitConnector;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of a pool's connections, or the place for one. Its fields are guarded by the pool's lock. */
final class Trunk {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LAST_PAUSE_MILLIS = 800;

    final RabbitConnector.Line line;
    private final int most;

    /** The connection, if there is one now. */
    @Nullable
    Connection connection;
    /** How many channels are open on it. */
    int channels;
    /** Whether a thread opens something on it now. */
    boolean busy;
    /** Whether the broker has blocked it. */
    boolean blocked;

    private int limit;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private long notBefore = System.nanoTime();

    Trunk(RabbitConnector.Line line, int most) {
        this.line = line;
        this.most = most;
        this.limit = most;
    }

    /** A channel of this trunk, as long as the connection is the one that it was opened on. */
    static final class Strand {
        final Trunk trunk;
        final Connection connection;
        final Channel channel;
        private boolean counted = true;

        Strand(Trunk trunk, Connection connection, Channel channel) {
            this.trunk = trunk;
            this.connection = connection;
            this.channel = channel;
        }

        /** The channel is closed: it counts no more. */
        void retire() {
            if (counted && trunk.connection == connection) {
                trunk.channels--;
            }
            counted = false;
        }
    }

    boolean open() {
        return connection != null && connection.isOpen();
    }

    /** Whether one more channel can be opened now. */
    boolean hasRoom() {
        return !busy && pauseNanos() <= 0 && (!open() || mayGrow());
    }

    boolean mayGrow() {
        return !blocked && channels < limit;
    }

    /** How long nobody should try it, because it failed just now; not positive if it may be tried. */
    long pauseNanos() {
        return notBefore - System.nanoTime();
    }

    void connected(Connection made) {
        connection = made;
        channels = 0;
        blocked = false;
        limit = made.getChannelMax() > 0 ? Math.min(most, made.getChannelMax()) : most;
        pauseMillis = FIRST_PAUSE_MILLIS;
    }

    /** The broker opens no more channels than there are. */
    void full() {
        limit = Math.max(1, channels);
    }

    /** The connection is lost, or given up. */
    void disconnected() {
        connection = null;
        channels = 0;
        blocked = false;
    }

    /** It failed: it is not tried for a while, longer each time. */
    void pause() {
        long millis = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
        notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        pauseMillis = Math.min(2 * pauseMillis, LAST_PAUSE_MILLIS);
    }
}
