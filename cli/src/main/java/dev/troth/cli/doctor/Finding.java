package dev.troth.cli.doctor;

/**
 * What was found of one thing.
 *
 * @param level how bad it is
 * @param subject what was looked at, in a word
 * @param found what was found
 * @param advice what to do about it, or ""
 */
public record Finding(Level level, String subject, String found, String advice) {
    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works, but somebody should look. */
        WARN,
        /** It does not work, or something is wrong with the data. */
        FAIL
    }

    static Finding ok(String subject, String found) {
        return new Finding(Level.OK, subject, found, "");
    }

    static Finding warn(String subject, String found, String advice) {
        return new Finding(Level.WARN, subject, found, advice);
    }

    static Finding fail(String subject, String found, String advice) {
        return new Finding(Level.FAIL, subject, found, advice);
    }
}
