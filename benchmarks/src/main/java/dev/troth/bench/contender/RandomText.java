package dev.troth.bench.contender;

import java.util.Random;

/** Text that no database can compress much, as repeated letters can be a hundredfold; the same in every run. */
public final class RandomText {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final long SEED = 4711;

    private RandomText() {}

    /** So many characters, letters and digits. */
    public static String of(int length) {
        Random random = new Random(SEED);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
