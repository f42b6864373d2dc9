package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** How a branch is called inside a database: prepared transaction, lock. */
final class BranchKey {
    private static final String PREFIX = "troth/";

    private BranchKey() {}

    /** The name of the prepared transaction: {@code troth/<gid>/<number>/<store>}. It needs no quoting. */
    static String preparedName(BranchId branch, String store) {
        return PREFIX + branch + '/' + store;
    }

    /** The branch of a prepared transaction of that store, or nothing if it is somebody else's. */
    static Optional<BranchId> ofPreparedName(String name, String store) {
        String suffix = '/' + store;
        if (!name.startsWith(PREFIX) || !name.endsWith(suffix) || name.length() < PREFIX.length() + suffix.length()) {
            return Optional.empty();
        }
        return parse(name.substring(PREFIX.length(), name.length() - suffix.length()));
    }

    /** Reads a branch id; what cannot be read was not made by Troth. */
    static Optional<BranchId> parse(String text) {
        try {
            return Optional.of(BranchId.parse(text));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** A number for an advisory lock. A collision costs a retry. */
    static long number(BranchId branch) {
        return ByteBuffer.wrap(digest(branch.toString())).getLong();
    }

    /** A name for a lock, at most 64 characters, apart from those of other stores on the same server. */
    static String lockName(BranchId branch, String store) {
        return "troth." + store + '.' + HexFormat.of().formatHex(digest(branch.toString()), 0, 16);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
