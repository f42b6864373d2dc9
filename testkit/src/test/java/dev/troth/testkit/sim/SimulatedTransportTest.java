package dev.troth.testkit.sim;

import dev.troth.spi.Transport;
import dev.troth.testkit.Capabilities;
import dev.troth.testkit.TransportContract;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** The simulated broker obeys the contract of transports when nothing goes wrong: on real threads, and a clock that the test moves. */
class SimulatedTransportTest extends TransportContract {
    private final RealThreads threads = new RealThreads();
    private final SimulatedBroker broker = new SimulatedBroker(threads, Traffic.UNDISTURBED);

    @AfterEach
    void end() {
        threads.executor.shutdownNow();
    }

    @Override
    protected Transport open() {
        return broker.connect("test", new Life("test"));
    }

    @Override
    protected Capabilities capabilities() {
        return Capabilities.broker();
    }

    @Override
    protected void crash() {
        broker.stop();
        broker.start();
        threads.drain();
    }

    @Override
    protected void pass(Duration time) {
        threads.clock.addAndGet(time.toNanos());
    }

    private static final class RealThreads implements Timeline {
        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2);
        private final AtomicLong clock = new AtomicLong();

        @Override
        public long now() {
            return clock.get();
        }

        @Override
        public void after(long nanos, Life life, Runnable task) {
            if (!executor.isShutdown()) {
                var unused = executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public long latency() {
            return 0;
        }

        /** Until everything that is planned has happened. */
        void drain() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (executor.getQueue().size() + executor.getActiveCount() > 0 && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        }
    }
}
