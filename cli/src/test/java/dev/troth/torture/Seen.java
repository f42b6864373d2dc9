package dev.troth.torture;

import java.util.List;

/**
 * What a client has seen of one transfer.
 *
 * @param transfer what it asked for
 * @param initiator the bank that it asked
 * @param began when, in nanoseconds of this JVM
 * @param ended when it had its answer
 * @param verdict what it knows since
 * @param lines what it was told was written, if it was acknowledged
 * @param text why not, otherwise
 */
record Seen(
        Transfer transfer, String initiator, long began, long ended, Verdict verdict, List<Entry> lines, String text) {
    @Override
    public String toString() {
        return "transfer " + transfer.id() + " by " + initiator + " " + verdict + " " + transfer.postings() + " "
                + text;
    }
}
