package dev.troth.bench;

/** A run that gave no figures. It says what it last wrote. */
final class RunFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    RunFailedException(String message) {
        super(message);
    }
}
