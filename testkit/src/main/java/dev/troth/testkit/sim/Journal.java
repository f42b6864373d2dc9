package dev.troth.testkit.sim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What happened, line by line, with short names for transactions. */
final class Journal {
    private final EventLoop loop;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private String naming = "";

    Journal(EventLoop loop) {
        this.loop = loop;
    }

    void note(Object who, String what) {
        lines.add(String.format(Locale.ROOT, "%11.6f  %-10s %s", loop.now() / 1e9, who, what));
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    /** From now on, the first transaction without a name gets this one. */
    void nameNext(String name) {
        naming = name;
    }

    /** The transaction is called so. */
    void name(String gid, String name) {
        names.putIfAbsent(gid, name);
    }

    /** The name of the transaction. */
    String nameOf(String gid) {
        return names.computeIfAbsent(gid, unnamed -> naming.isEmpty() ? "x" + names.size() : naming);
    }

    /** The name of the branch whose text is given. */
    String nameOfBranch(String branch) {
        int slash = branch.lastIndexOf('/');
        return nameOf(branch.substring(0, slash)) + branch.substring(slash);
    }

    /** The name of a place, different each time it is passed. */
    String place(String what) {
        int count = counts.merge(what, 1, Integer::sum);
        return count == 1 ? what : what + " #" + count;
    }

    List<String> lines() {
        return lines;
    }

    /** The same for the same history, in whatever process. */
    String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            lines.forEach(line -> sha.update(line.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
