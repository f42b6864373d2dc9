package dev.troth.spring;

import dev.troth.tx.TrothException;

/** The service is not set up so that Troth could start; nothing was started. */
final class SetupException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String action;

    /** With what is wrong, and the line that mends it. */
    SetupException(String problem, String action) {
        super(problem + " Nothing was started. " + action);
        this.problem = problem;
        this.action = action;
    }

    String problem() {
        return problem;
    }

    String action() {
        return action;
    }
}
