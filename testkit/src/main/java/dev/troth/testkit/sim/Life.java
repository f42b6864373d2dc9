package dev.troth.testkit.sim;

/**
 * From a start of something to its end: what belongs to a life happens only while it lasts, and not while it is paused. Read and
 * written only by whoever holds the baton of its {@link EventLoop}.
 */
final class Life {
    /** Of what never ends: broker, databases, the one who makes the faults. */
    static final Life OF_THE_WORLD = new Life("world");

    private final String name;
    private boolean over;
    private boolean paused;

    Life(String name) {
        this.name = name;
    }

    boolean isOver() {
        return over;
    }

    boolean isPaused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    void end() {
        over = true;
    }

    /** What a thread of a process that was killed still calls has no effect: it unwinds. */
    void check() {
        if (over) {
            throw new Ended();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Unwinds the threads of a life that is over. An error, so that nobody takes it for a failure to deal with. */
    static final class Ended extends Error {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("this process was killed", null, false, false);
        }
    }
}
