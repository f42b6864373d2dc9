package dev.troth.protocol;

import java.util.regex.Pattern;

/**
 * One participant's part of a global transaction. The same participant may have several branches of one transaction.
 *
 * @param gid the transaction
 * @param number the branch's number within the transaction, from 0, less than {@link #MAX_BRANCHES}
 */
public record BranchId(Gid gid, int number) {
    /** How many branches one transaction can have. */
    public static final int MAX_BRANCHES = 1000;

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

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
        String number = text.substring(slash + 1);
        if (slash < 0 || !NUMBER.matcher(number).matches()) {
            throw new IllegalArgumentException("'" + Text.quote(text) + "' is not a branch id");
        }
        return new BranchId(Gid.parse(text.substring(0, slash)), Integer.parseInt(number));
    }

    @Override
    public String toString() {
        return gid + "/" + number;
    }
}
