package dev.troth.rabbitmq;

/**
 * The end of a transport, step by step: every step runs, whatever became of those before it. An interrupt cuts none of them short
 * for good, and is there again when all have run.
 */
final class Closing {
    private Closing() {}

    /** Does nothing more than it has to when it runs again. */
    interface Step {
        void run() throws InterruptedException;
    }

    /** Runs all steps in this order; throws in the end what one of them has thrown. */
    static void all(Step... steps) {
        boolean interrupted = Thread.interrupted();
        RuntimeException failure = null;
        for (Step step : steps) {
            try {
                interrupted |= interrupts(step);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Runs a step, once more when an interrupt has cut it short; only once, so that it ends. Returns whether there was one. */
    private static boolean interrupts(Step step) {
        try {
            step.run();
            return false;
        } catch (InterruptedException first) {
            try {
                step.run();
            } catch (InterruptedException second) {
                return true;
            }
            return true;
        }
    }
}
