package dev.troth.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares and deletes the queues of branches, from one thread, over one channel of a connection of its own. What waits is done together
 * and answered once. What cannot be done now is refused now: nobody needs these queues, so nobody waits for them. Between a failure
 * and the next attempt lies a second.
 */
final class Clerk {
    private static final Logger LOG = LoggerFactory.getLogger(Clerk.class);
    private static final int MAX_WAITING = 1_000;
    private static final int TOGETHER = 32;
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final long JOIN_MILLIS = 2_500;

    private final RabbitOptions options;
    private final Topology topology;
    private final Threads threads;
    private final Dialer dialer;
    private final Complaint complaint = new Complaint(LOG);
    private final BlockingQueue<Errand> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable Connection connection; // the thread's own, as all below
    private @Nullable Channel channel;
    private boolean failed;
    private long failedAt;

    Clerk(RabbitOptions options, Topology topology, Threads threads) {
        this.options = options;
        this.topology = topology;
        this.threads = threads;
        this.dialer = new Dialer(options, "queues", threads);
        this.thread = threads.start("queues", this::run);
    }

    /** What is asked of the broker without waiting for its answer. */
    private interface Request {
        void send(Channel to) throws IOException;
    }

    private record Errand(Request request, CompletableFuture<Boolean> done) {}

    /**
     * Declares and binds; the future says whether the queues are there, and does not fail.
     *
     * @param unused for how long the broker keeps one that nobody uses
     */
    CompletableFuture<Boolean> open(BranchQueues queues, Duration unused) {
        return ask(to -> topology.declareBranch(to, queues, unused));
    }

    /** Deletes what is left of them, soon; what cannot be deleted now goes when it was unused for its time. */
    void delete(BranchQueues queues) {
        CompletableFuture<Boolean> unused = ask(to -> {
            for (String each : queues.all()) {
                to.queueDeleteNoWait(topology.queue(each), false, false);
            }
        });
    }

    private CompletableFuture<Boolean> ask(Request request) {
        Errand errand = new Errand(request, new CompletableFuture<>());
        if (closing.getCount() == 0 || !waiting.offer(errand)) {
            return CompletableFuture.completedFuture(false);
        }
        if (closing.getCount() == 0) { // meanwhile, and perhaps nobody takes it any more
            errand.done().complete(false);
        }
        return errand.done();
    }

    // ---------------------------------------------------------------- on the clerk's own thread

    private void run() {
        List<Errand> together = new ArrayList<>();
        try {
            while (closing.getCount() > 0) {
                together.add(waiting.take());
                waiting.drainTo(together, TOGETHER - 1);
                boolean done = perform(together);
                List<Errand> performed = List.copyOf(together);
                together.clear();
                threads.complete(() -> performed.forEach(errand -> errand.done().complete(done)));
            }
        } catch (InterruptedException stopped) {
            LOG.debug("no more queues of transactions are declared: the transport closes");
        } finally {
            together.addAll(waiting);
            together.forEach(errand -> errand.done().complete(false));
            hangUp();
        }
    }

    private boolean perform(List<Errand> errands) {
        if (failed && System.nanoTime() - failedAt < PAUSE_NANOS) {
            return false;
        }
        try {
            Channel to = channel();
            for (Errand errand : errands) {
                errand.request().send(to);
            }
            to.basicQos(1); // a question whose answer comes after everything before it is done
            failed = false;
            complaint.settled();
            return true;
        } catch (DialException | IOException | RuntimeException | Error e) {
            failed = true;
            failedAt = System.nanoTime();
            if (closing.getCount() > 0) {
                complaint.about("declaring queues of transactions", options.broker(), e);
            }
            hangUp();
            return false;
        }
    }

    private Channel channel() throws DialException, IOException {
        Channel known = channel;
        if (known != null && known.isOpen()) {
            return known;
        }
        hangUp();
        Connection fresh = dialer.dial();
        connection = fresh;
        Channel opened = fresh.createChannel();
        if (opened == null) {
            throw new IOException("the broker allows no channel");
        }
        channel = opened;
        return opened;
    }

    private void hangUp() {
        Connection known = connection;
        connection = null;
        channel = null;
        if (known != null) {
            dialer.close(known);
        }
    }

    /** Ends the thread; what waits is refused. */
    void close() throws InterruptedException {
        closing.countDown();
        boolean taken = waiting.offer(new Errand(to -> {}, new CompletableFuture<>()));
        LOG.debug("closing woken={}", taken);
        thread.join(JOIN_MILLIS);
        if (thread.isAlive()) {
            dialer.hangUp();
            thread.interrupt();
            thread.join(JOIN_MILLIS);
        }
    }
}
