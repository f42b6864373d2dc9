package dev.troth.testkit.servers;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Random words, and the check of words that become parts of commands. */
final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** A password that nobody guesses, of lower-case letters and digits. */
    static String password() {
        return new BigInteger(130, RANDOM).toString(36);
    }

    /** A short word that has not been used before. */
    static String token() {
        return new BigInteger(60, RANDOM).toString(36);
    }

    /** Returns the name, which may hold letters, digits, dashes and underscores. */
    static String plainName(String name) {
        if (!name.matches("[A-Za-z0-9_-]{1,60}")) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a plain name: 1 to 60 letters, digits, dashes or underscores");
        }
        return name;
    }
}
