package dev.troth.testkit.sim;

import org.jspecify.annotations.Nullable;

/** Something that will happen in virtual time: a task begins, or one that waits goes on. */
final class Event implements Comparable<Event> {
    private long time;
    private final long number;
    private final Life life;
    private final @Nullable Runnable task;
    private final @Nullable Wait wakes;
    private boolean cancelled;

    private Event(long time, long number, Life life, @Nullable Runnable task, @Nullable Wait wakes) {
        this.time = time;
        this.number = number;
        this.life = life;
        this.task = task;
        this.wakes = wakes;
    }

    static Event begins(long time, long number, Life life, Runnable task) {
        return new Event(time, number, life, task, null);
    }

    static Event wakes(long time, long number, Life life, Wait wait) {
        return new Event(time, number, life, null, wait);
    }

    long time() {
        return time;
    }

    void defer(long later) {
        time = later;
    }

    void cancel() {
        cancelled = true;
    }

    Life life() {
        return life;
    }

    /** Whether there is still something to do. */
    boolean isDue() {
        return !cancelled && !life.isOver() && (wakes == null || wakes.isBlocked());
    }

    @Nullable
    Runnable task() {
        return task;
    }

    @Nullable
    Wait waking() {
        return wakes;
    }

    @Override
    public int compareTo(Event other) {
        return time != other.time ? Long.compare(time, other.time) : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }
}
