package dev.troth.testkit.sim;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.TransportException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One process's connection to the broker. What it sends and settles goes up, what it gets comes down, each way with its own delays.
 * A connection that is cut in one direction for longer than the heartbeats bear is broken off; then it is not known what became
 * of what was under way, and what was unsettled goes to others. It comes back by itself.
 */
final class Port implements Transport {
    private static final long HEARTBEAT = 2 * World.SECOND;
    private static final long RECONNECT = 200 * World.MILLISECOND;

    private final SimulatedBroker broker;
    private final String name;
    private final Life life;
    // Guarded by the broker's lock, like all below.
    private final Map<Long, CompletableFuture<Sent>> sending = new LinkedHashMap<>();
    private final List<Consumer> listening = new ArrayList<>();
    private final List<Consumer> leaving = new ArrayList<>();
    private long sent;
    private boolean connected;
    private boolean closed;
    private int connection; // counts them: what was under way on an old one is lost
    private long upCutUntil;
    private long downCutUntil;

    Port(SimulatedBroker broker, String name, Life life, boolean connected) {
        this.broker = broker;
        this.name = name;
        this.life = life;
        this.connected = connected;
    }

    SimulatedBroker broker() {
        return broker;
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        life.check();
        if (window < 1) {
            throw new IllegalArgumentException("A window has room for at least 1 delivery: " + window);
        }
        synchronized (broker.lock()) {
            if (closed) {
                throw new TransportException("Cannot listen at " + address + ": this transport is closed.", null);
            }
            if (!connected || cut()) {
                throw new TransportException("Cannot listen at " + address + ": the broker does not answer.", null);
            }
            Consumer consumer = new Consumer(this, address, window, receiver);
            listening.add(consumer);
            broker.join(consumer);
            return () -> stop(consumer);
        }
    }

    private void stop(Consumer consumer) {
        synchronized (broker.lock()) {
            if (listening.remove(consumer)) {
                leaving.add(consumer);
                broker.leave(consumer);
            }
        }
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        life.check();
        Optional<Fault> fault = broker.traffic.sent(life, to, envelope);
        CompletableFuture<Sent> confirmed = new CompletableFuture<>();
        synchronized (broker.lock()) {
            if (closed || !connected) {
                return CompletableFuture.failedStage(new TransportException(
                        "Cannot send " + envelope + " to " + to + ": this transport is "
                                + (closed ? "closed." : "not connected."),
                        null));
            }
            long number = sent++;
            sending.put(number, confirmed);
            up(() -> {
                Sent result = broker.route(to, envelope, fault);
                if (result == Sent.UNROUTABLE) {
                    broker.traffic.unroutable(to, envelope);
                }
                down(() -> complete(number, confirmed, result));
            });
        }
        return confirmed;
    }

    private void complete(long number, CompletableFuture<Sent> confirmed, Sent result) {
        synchronized (broker.lock()) {
            sending.remove(number);
        }
        confirmed.complete(result);
    }

    /** What was handed out is on its way; under the lock. */
    void deliver(Handed handed) {
        down(() -> {
            broker.traffic.delivered(name, handed.envelope(), handed.redelivered());
            handed.give();
        });
    }

    void settle(Handed handed, boolean again) {
        life.check();
        synchronized (broker.lock()) {
            if (upCutUntil > broker.timeline.now()) {
                up(() -> handed.consumer().settle(handed, again));
            } else {
                handed.consumer().settle(handed, again); // even if the connection is closed right after, in order
            }
        }
    }

    /** Happens at the broker, under its lock, unless the connection breaks before. */
    private void up(Runnable atBroker) {
        int mine = connection;
        long held = Math.max(0, upCutUntil - broker.timeline.now());
        broker.timeline.after(held + broker.timeline.latency(), Life.OF_THE_WORLD, () -> {
            synchronized (broker.lock()) {
                if (mine == connection) {
                    atBroker.run();
                }
            }
        });
    }

    /** Happens in the process, unless the connection breaks before. */
    private void down(Runnable inProcess) {
        int mine = connection;
        long held = Math.max(0, downCutUntil - broker.timeline.now());
        broker.timeline.after(held + broker.timeline.latency(), life, () -> {
            boolean arrives;
            synchronized (broker.lock()) {
                arrives = mine == connection;
            }
            if (arrives) {
                inProcess.run();
            }
        });
    }

    private boolean cut() {
        return Math.max(upCutUntil, downCutUntil) > broker.timeline.now();
    }

    /** Nothing passes for so long, in these directions. */
    void cut(long nanos, boolean up, boolean down) {
        synchronized (broker.lock()) {
            long until = broker.timeline.now() + nanos;
            upCutUntil = up ? Math.max(upCutUntil, until) : upCutUntil;
            downCutUntil = down ? Math.max(downCutUntil, until) : downCutUntil;
            if (nanos > HEARTBEAT) {
                int mine = connection;
                broker.timeline.after(HEARTBEAT, Life.OF_THE_WORLD, () -> {
                    if (mine == connection && cut()) {
                        breakOff();
                    }
                });
                broker.timeline.after(nanos, Life.OF_THE_WORLD, this::reconnectSoon);
            }
        }
    }

    /** What was cut is whole again. */
    void heal() {
        synchronized (broker.lock()) {
            upCutUntil = 0;
            downCutUntil = 0;
            reconnectSoon();
        }
    }

    /** The connection is lost. */
    void breakOff() {
        List<CompletableFuture<Sent>> lost;
        synchronized (broker.lock()) {
            if (!connected) {
                return;
            }
            connected = false;
            lost = disconnect(!broker.isUp());
        }
        lost.forEach(sent -> broker.traffic.lostTrack(name));
        broker.timeline.after(0, life, () -> lost.forEach(Port::fail));
    }

    private static void fail(CompletableFuture<Sent> sent) {
        sent.completeExceptionally(new TransportException(
                "The connection was lost, or closed, before the broker confirmed the message.", null));
    }

    /** Under the lock. */
    private List<CompletableFuture<Sent>> disconnect(boolean forgetTransient) {
        connection++;
        listening.forEach(broker::leave);
        listening.forEach(consumer -> consumer.giveBack(forgetTransient));
        leaving.forEach(consumer -> consumer.giveBack(forgetTransient));
        leaving.clear();
        List<CompletableFuture<Sent>> lost = List.copyOf(sending.values());
        sending.clear();
        return lost;
    }

    void reconnectSoon() {
        broker.timeline.after(RECONNECT + broker.timeline.latency(), Life.OF_THE_WORLD, this::reconnect);
    }

    private void reconnect() {
        synchronized (broker.lock()) {
            if (!closed && !connected && !life.isOver() && broker.isUp() && !cut()) {
                connected = true;
                listening.forEach(broker::join);
            }
        }
    }

    int unsettled() {
        return listening.stream().mapToInt(Consumer::unsettled).sum()
                + leaving.stream().mapToInt(Consumer::unsettled).sum();
    }

    @Override
    public boolean connected() {
        synchronized (broker.lock()) {
            return connected && !closed;
        }
    }

    /** The process has died without a word, and the broker has noticed. */
    void bury() {
        synchronized (broker.lock()) {
            closed = true;
            connected = false;
            var unused = disconnect(false);
            broker.forget(this);
        }
    }

    @Override
    public void close() {
        life.check();
        List<CompletableFuture<Sent>> lost;
        synchronized (broker.lock()) {
            if (closed) {
                return;
            }
            closed = true;
            lost = disconnect(false);
            broker.forget(this);
        }
        lost.forEach(Port::fail);
    }
}
