package dev.troth.protocol;

/**
 * One participant's part of a global transaction. The same participant may have several branches of one transaction.
 *
 * @param gid the transaction
 * @param number the branch's number within the transaction, from 0, less than {@link #MAX_BRANCHES}
 */
public record BranchId(Gid gid, int number) {
    /** How many branches one transaction can have. */
    public static final int MAX_BRANCHES = 1000;

    private static final int MAX_DIGITS = 3;

    /** Checks the number. */
    public BranchId {
        if (number < 0 || number >= MAX_BRANCHES) {
            throw new IllegalArgumentException(
                    "A branch number lies between 0 and " + (MAX_BRANCHES - 1) + ": " + number);
        }
    }

    /**
     * Reads an id back from its text, {@code gid/number}.
     *
     * @throws IllegalArgumentException if the text is not exactly one that {@link #toString()} could have made
     */
    public static BranchId parse(String text) {
        int slash = text.lastIndexOf('/');
        int number = parseNumber(text.substring(slash + 1));
        if (slash < 0 || number < 0) {
            throw new IllegalArgumentException("'" + Text.quote(text) + "' is not a branch id");
        }
        return new BranchId(Gid.parse(text.substring(0, slash)), number);
    }

    /** Returns the number of a branch, of at most three digits and none too many, or -1 if the text is something else. */
    public static int parseNumber(String text) {
        boolean fits = !text.isEmpty() && text.length() <= MAX_DIGITS;
        if (!fits || (text.charAt(0) == '0' && text.length() > 1)) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    @Override
    public String toString() {
        return gid + "/" + number;
    }
}
