package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.protocol.BranchId;
import java.io.IOException;
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
    void notified(Received notice, BranchQueues queues) {
        line.perform(() -> attend(notice, queues));
    }

    void received(Received delivery) {
        listening.received(delivery);
    }

    /** Whether there is still a PREPARE for it, and if not, ends it. */
    void lookAgain(Attendance attendance) {
        line.perform(() -> look(attendance));
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

    private void attend(Received notice, BranchQueues queues) {
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
            Attendance attendance = new Attendance(this, queues, notice, channel(connection));
            if (suspects.remove(queues.branch()) || vanished(connection, queues, 0)) {
                LOG.debug("branch={} its PREPARE is gone: it was rolled back, has expired, or was lost", queues);
                attendance.end();
            } else if (line.shared().attendances().add(attendance)) {
                attendances.add(attendance);
                begin(attendance);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("branch={} its queues could not be looked at", queues, e);
            notice.release();
        }
    }

    /** If that fails, whatever else is consumed over the channel fails with it, and comes again. */
    private void begin(Attendance attendance) {
        try {
            attendance.begin();
            if (stopping) {
                attendance.leave();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("branch={} its queues could not be consumed", attendance.branch(), e);
            attendance.lost();
            if (channel != null) {
                line.shared().threads().abort(channel);
            }
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

    private void look(Attendance attendance) {
        Connection connection = line.connection();
        if (!attendance.expecting() || connection == null) {
            return;
        }
        try {
            if (vanished(connection, attendance.queues(), 1)) {
                attendance.end();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("branch={} its queue was not found out about", attendance.branch(), e);
        }
    }
}
