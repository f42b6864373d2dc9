package dev.troth.cli;

/** How much is logged, to stderr. Works as long as nobody has logged yet. */
final class Verbosity {
    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Verbosity() {}

    /** Once: what starts, stops and is recovered. Twice: every change of state. */
    static void more(int times) {
        System.setProperty(LEVEL, times > 1 ? "debug" : "info");
    }

    /** Nothing of the libraries' warnings, unless more was asked for. */
    static void quiet() {
        if (System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, "off");
        }
    }

    static boolean isVerbose() {
        return System.getProperty(LEVEL, "warn").matches("info|debug|trace");
    }
}
