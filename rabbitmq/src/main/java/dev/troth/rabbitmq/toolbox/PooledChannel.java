package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.Channel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A channel that is borrowed from a {@link ChannelPool} until {@link #close()}. Not for use by several threads at once.
 *
 * <p>What one borrower does to a channel never reaches the next one: a channel that was put into confirm or transaction mode, that
 * consumes, holds deliveries or has a prefetch or listeners, and one on which anything failed, is closed instead of being kept.
 * Publishing, declaring, deleting, binding and counting leave nothing behind.
 */
public final class PooledChannel implements AutoCloseable {
    /** Calls after which a channel is as it was. Whatever is not named here may change it. */
    private static final Set<String> LEAVE_NO_TRACE = Set.of(
            "basicPublish",
            "exchangeDeclare",
            "exchangeDeclarePassive",
            "exchangeDelete",
            "exchangeBind",
            "exchangeUnbind",
            "queueDeclare",
            "queueDeclarePassive",
            "queueDelete",
            "queueBind",
            "queueUnbind",
            "queuePurge",
            "messageCount",
            "consumerCount",
            "isOpen",
            "getCloseReason",
            "getChannelNumber",
            "hashCode",
            "equals",
            "toString");

    private final ChannelPool pool;
    private final Trunk.Strand strand;
    private final Channel guarded;
    private final AtomicBoolean returned = new AtomicBoolean();
    private final @Nullable Throwable place;
    private final long since = System.nanoTime();
    private boolean reported; // guarded by the pool's lock
    private volatile boolean altered;
    private volatile boolean failed;

    PooledChannel(ChannelPool pool, Trunk.Strand strand, @Nullable Throwable place) {
        this.pool = pool;
        this.strand = strand;
        this.place = place;
        this.guarded = (Channel)
                Proxy.newProxyInstance(Channel.class.getClassLoader(), new Class<?>[] {Channel.class}, this::call);
    }

    /**
     * The channel.
     *
     * @throws IllegalStateException if it was given back
     */
    public Channel channel() {
        if (returned.get()) {
            throw givenBack();
        }
        return guarded;
    }

    private static IllegalStateException givenBack() {
        return new IllegalStateException(
                "This channel was given back to its pool, and another thread may use it by now. Borrow another one.");
    }

    private @Nullable Object call(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (returned.get() && method.getDeclaringClass() != Object.class) {
            throw givenBack();
        }
        if (!LEAVE_NO_TRACE.contains(method.getName())) {
            altered = true;
        }
        try {
            return method.invoke(strand.channel, arguments);
        } catch (InvocationTargetException e) {
            failed = true;
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /** Whether it is open, and nothing failed on it: after a time-out it could take a late answer for that of the next question. */
    boolean sound() {
        return !failed && strand.channel.isOpen();
    }

    /** Whether the next one may have it. */
    boolean reusable() {
        return sound() && !altered;
    }

    Trunk.Strand strand() {
        return strand;
    }

    /** The place where it was borrowed, unless it is meant to be kept. */
    @Nullable
    Throwable place() {
        return place;
    }

    long heldNanos() {
        return System.nanoTime() - since;
    }

    /** Whether it is reported now for the first time. */
    boolean report() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    /** Gives it back so that nobody gets it any more, as somebody may still be using it. */
    void discard() {
        failed = true;
        close();
    }

    /** Gives it back. Never waits, never fails, does nothing the second time. */
    @Override
    public void close() {
        if (returned.compareAndSet(false, true)) {
            pool.giveBack(this);
        }
    }
}
