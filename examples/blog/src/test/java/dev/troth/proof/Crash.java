package dev.troth.proof;

/** The end of a process at this line: what comes after it does not happen. */
final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Crash() {
        super("the process ends here", null, false, false);
    }

    /** Ends the process. */
    @SuppressWarnings("DoNotCallSuggester") // what stands behind it is never reached, and that is shown
    static void here() {
        throw new Crash();
    }
}
