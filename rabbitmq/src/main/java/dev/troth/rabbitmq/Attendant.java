package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.protocol.BranchId;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes the queues of branches for one {@link Listening}, all over one channel beside the listening's own, and looks at them over
 * another one first: asking for a queue that is gone closes the channel that asks. Its steps run on the {@link Line}'s thread.
 */
final class Attendant {
    private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);
    private static final long LOOK_AGAIN_MILLIS = 2_000;
    private static final int MAX_SUSPECTS = 1_000;

    private final Line line;
    private final Listening listening;
    private final Set<BranchId> suspects = ConcurrentHashMap.newKeySet();
    private final Set<Attendance> attendances = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private @Nullable Channel channel; // the line's thread's own
    private @Nullable Channel scout; // the line's thread's own

    Attendant(Line line, Listening listening) {
        this.line = line;
        this.listening = listening;
    }

    // ---------------------------------------------------------------- on any thread

    /** Takes a notice that was claimed by nobody. */
    void notified(Received notice, BranchQueues queues, Duration timeToLive) {
        line.perform(() -> attend(notice, queues, timeToLive));
    }

    void received(Received delivery) {
        listening.received(delivery);
    }

    String queue(String routingKey) {
        return line.shared().topology().queue(routingKey);
    }

    boolean stopping() {
        return stopping;
    }

    /** Takes no PREPARE any more that is not here yet; what is here can still be settled. */
    void stop() {
        stopping = true;
        attendances.forEach(Attendance::leave);
    }

    void forget(Attendance ended) {
        attendances.remove(ended);
        line.shared().attendances().remove(ended);
    }

    /** Something in its queue has ended the connection: it must not do so again and again. */
    void suspect(BranchId branch) {
        if (suspects.size() < MAX_SUSPECTS) {
            suspects.add(branch);
        }
    }

    // ---------------------------------------------------------------- on the line's thread

    private void attend(Received notice, BranchQueues queues, Duration timeToLive) {
        Connection connection = line.connection();
        if (!notice.settling().alive() || connection == null) {
            return; // it comes again
        }
        if (stopping) {
            notice.release();
            return;
        }
        if (line.shared().attendances().has(queues.branch())) {
            notice.ack(); // it was sent twice
            return;
        }
        try {
            Channel open = channel(connection);
            Attendance attendance = new Attendance(this, queues, notice, open);
            if (suspects.remove(queues.branch()) || vanished(connection, queues, 0)) {
                LOG.debug("branch={} its PREPARE is gone: it was rolled back, has expired, or was lost", queues);
                attendance.end();
                return;
            }
            if (line.shared().attendances().add(attendance)) {
                attendances.add(attendance);
                attendance.begin();
                later(attendance::end, timeToLive.plus(TransactionPosting.GRACE).toMillis());
                lookLater(attendance);
            }
            if (stopping) {
                attendance.leave();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("branch={} its queues could not be consumed", queues, e);
            notice.release();
        }
    }

    private Channel channel(Connection connection) throws IOException {
        Channel known = channel;
        if (known != null && known.isOpen() && known.getConnection() == connection) {
            return known;
        }
        Channel fresh = open(connection);
        fresh.basicQos(1, false);
        channel = fresh;
        return fresh;
    }

    private static Channel open(Connection connection) throws IOException {
        Channel fresh = connection.createChannel();
        if (fresh == null) {
            throw new IOException("the broker allows no further channel on this connection");
        }
        return fresh;
    }

    /** Whether there is no PREPARE, and nobody else who has it in hand. */
    private boolean vanished(Connection connection, BranchQueues queues, int ours) throws IOException {
        Channel known = scout;
        Channel asking =
                known != null && known.isOpen() && known.getConnection() == connection ? known : open(connection);
        scout = asking;
        try {
            AMQP.Queue.DeclareOk found = asking.queueDeclarePassive(queue(queues.prepare()));
            return found.getMessageCount() == 0 && found.getConsumerCount() <= ours;
        } catch (IOException e) {
            if (Topology.code(e) == AMQP.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    /** What expires or is lost between the look and the consumer must not hold a place in the window until the time is over. */
    private void lookLater(Attendance attendance) {
        later(() -> line.perform(() -> lookAgain(attendance)), LOOK_AGAIN_MILLIS);
    }

    private void lookAgain(Attendance attendance) {
        Connection connection = line.connection();
        if (!attendance.expecting() || connection == null) {
            return;
        }
        try {
            if (vanished(connection, attendance.queues(), 1)) {
                attendance.end();
            } else {
                lookLater(attendance);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("branch={} its queue was not found out about", attendance.branch(), e);
            lookLater(attendance);
        }
    }

    private void later(Runnable task, long millis) {
        if (!line.shared().threads().later(task, millis)) {
            LOG.debug("the transport closes, and the queues with it");
        }
    }
}
