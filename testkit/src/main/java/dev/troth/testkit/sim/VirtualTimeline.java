package dev.troth.testkit.sim;

/** The broker's time in a history. */
final class VirtualTimeline implements Timeline {
    private static final long LATENCY = 600_000;

    private final World world;

    VirtualTimeline(World world) {
        this.world = world;
    }

    @Override
    public long now() {
        return world.loop.now();
    }

    @Override
    public void after(long nanos, Life life, Runnable task) {
        var unused = world.loop.after(nanos, life, task);
    }

    @Override
    public long latency() {
        return world.jitter(LATENCY);
    }
}
