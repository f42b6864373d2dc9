package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.protocol.BranchId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One branch's queues while somebody here consumes them.
 *
 * <pre>
 *   the notice came ─▶ EXPECTING ──PREPARE came──▶ WORKING ──settled──▶ WAITING ──decision settled──▶ ENDED
 *                          │                          │       _prepare deleted,            the other two deleted
 *                          │                          │       the notice acked
 *                          └─────channel lost─────────┴─▶ ENDED, and the notice comes again, to whomever
 * </pre>
 *
 * The notice stays unsettled as long as the PREPARE does, so the participant's window holds for both, and whoever gets the notice next
 * finds the PREPARE in its queue. Ending too early does no harm: a decision that finds no queue goes to the address.
 */
final class Attendance {
    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Attendant attendant;
    private final BranchQueues queues;
    private final Received notice;
    private final Channel channel;
    private final long lookAgain;
    private final long latest;
    private final AtomicReference<String> prepareTag = new AtomicReference<>("");
    private final ReentrantLock lock = new ReentrantLock(); // guards everything below
    private State state = State.EXPECTING;
    private boolean over;

    private enum State {
        EXPECTING,
        WORKING,
        WAITING,
        ENDED
    }

    Attendance(Attendant attendant, BranchQueues queues, Received notice, Channel channel) {
        this.attendant = attendant;
        this.queues = queues;
        this.notice = notice;
        this.channel = channel;
        long now = System.nanoTime();
        this.lookAgain = now + LOOK_AGAIN.toNanos();
        this.latest = now
                + notice.envelope().timeToLive().plus(TransactionPosting.GRACE).toNanos();
    }

    BranchId branch() {
        return queues.branch();
    }

    BranchQueues queues() {
        return queues;
    }

    /** Begins to consume; a PREPARE that was with somebody before has lost the other two queues with its consumer. */
    void begin() throws IOException {
        if (notice.redelivered()) {
            delete(List.of(queues.commit(), queues.rollback()));
        } else {
            consume(queues.rollback(), false);
            consume(queues.commit(), false);
        }
        prepareTag.set(consume(queues.prepare(), true));
        if (ended()) { // meanwhile, when there was nothing to cancel yet
            cancel();
        }
    }

    private String consume(String queue, boolean prepare) throws IOException {
        return channel.basicConsume(attendant.queue(queue), false, new Taking(prepare));
    }

    /** What expires or is lost between the look and the consumer must not hold a place in the window until the time is over. */
    void sweep(long now) {
        if (now - latest >= 0) {
            end(); // whatever has become of the branch
        } else if (now - lookAgain >= 0 && expecting()) {
            attendant.lookAgain(this);
        }
    }

    /** Whether the PREPARE has not come yet. */
    boolean expecting() {
        lock.lock();
        try {
            return state == State.EXPECTING;
        } finally {
            lock.unlock();
        }
    }

    private boolean ended() {
        lock.lock();
        try {
            return state == State.ENDED;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether it was so, and is now otherwise. */
    private boolean become(State from, State to) {
        lock.lock();
        try {
            boolean was = state == from;
            state = was ? to : state;
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** Returns what it was. */
    private State conclude() {
        State before;
        lock.lock();
        try {
            before = state;
            state = State.ENDED;
        } finally {
            lock.unlock();
        }
        if (before != State.ENDED) {
            attendant.forget(this);
        }
        return before;
    }

    /** No decision will come, or it has come. The PREPARE has to be settled, too. */
    void over() {
        boolean ends;
        lock.lock();
        try {
            over = true;
            ends = state == State.WAITING;
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        }
    }

    private void prepareSettled() {
        boolean ends;
        lock.lock();
        try {
            if (state != State.WORKING) {
                return;
            }
            state = State.WAITING;
            ends = over;
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        } else {
            delete(List.of(queues.prepare()));
            notice.ack();
        }
    }

    /** Deletes what is left of the queues; the notice is done with. */
    void end() {
        if (conclude() != State.ENDED) {
            delete(queues.all());
            notice.ack();
        }
    }

    /** Leaves to another instance what has not come yet. */
    void leave() {
        if (!become(State.EXPECTING, State.ENDED)) {
            return;
        }
        attendant.forget(this);
        cancel();
        delete(List.of(queues.commit(), queues.rollback()));
        notice.release();
    }

    private void cancel() {
        try {
            channel.basicCancel(prepareTag.get());
        } catch (AlreadyClosedException | IOException gone) {
            LOG.debug("branch={} nothing to cancel", queues);
        }
    }

    /** The channel is gone, and with it the queues of decisions. What was not settled comes again. */
    void lost() {
        State before = conclude();
        if (before == State.EXPECTING || before == State.WORKING) {
            notice.release();
        }
    }

    /** Without waiting for the broker: one that is gone already is no error. */
    private void delete(List<String> routingKeys) {
        try {
            for (String each : routingKeys) {
                channel.queueDeleteNoWait(attendant.queue(each), false, false);
            }
        } catch (AlreadyClosedException | IOException gone) {
            LOG.debug("branch={} queues not deleted: the broker does it when nobody has used them for a while", queues);
        }
    }

    /** Consumes one of the three. */
    private final class Taking extends DefaultConsumer implements Settling {
        private final boolean prepare;

        Taking(boolean prepare) {
            super(channel);
            this.prepare = prepare;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            if (prepare && !become(State.EXPECTING, State.WORKING)) {
                requeue(envelope.getDeliveryTag());
            } else {
                attendant.received(new Received(this, RabbitDelivery.of(envelope, properties), body));
            }
        }

        @Override
        public void handleCancel(String tag) {
            if (prepare && expecting()) {
                LOG.debug("branch={} its PREPARE is gone with its queue", queues);
                end();
            }
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
            if (expecting() && Sieve.unreadable(cause)) {
                attendant.suspect(branch());
            }
            lost();
        }

        @Override
        public void ack(long tag) {
            try {
                channel.basicAck(tag, false);
            } catch (AlreadyClosedException | IOException stale) {
                LOG.debug("branch={} settlement came too late: it is delivered again", queues);
                return;
            }
            if (prepare) {
                prepareSettled();
            } else {
                over();
            }
        }

        @Override
        public void nack(long tag) {
            if (prepare && become(State.WORKING, State.EXPECTING) && attendant.stopping()) {
                leave();
            }
            requeue(tag);
        }

        private void requeue(long tag) {
            try {
                channel.basicNack(tag, false, true);
            } catch (AlreadyClosedException | IOException stale) {
                LOG.debug("branch={} settlement came too late: it is delivered again", queues);
            }
        }

        @Override
        public boolean alive() {
            return channel.isOpen();
        }
    }
}
