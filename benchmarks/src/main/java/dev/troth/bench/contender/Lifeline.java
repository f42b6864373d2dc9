package dev.troth.bench.contender;

import java.io.IOException;

/** Of a process that must not outlive the one that has started it. */
public final class Lifeline {
    private Lifeline() {}

    /** Ends this JVM, whatever it does, as soon as its standard input ends: then the other process has ended, or wants it. */
    public static void hold() {
        Thread listener = new Thread(Lifeline::haltWithInput, "lifeline");
        listener.setDaemon(true);
        listener.start();
    }

    private static void haltWithInput() {
        try {
            while (System.in.read() >= 0) {
                // nobody says anything
            }
        } catch (IOException e) {
            // then nobody is there either
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
