package dev.troth.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The decision to commit, as it is kept in the log: the transaction and everybody who is owed the decision.
 *
 * @param gid the transaction
 * @param kind the caller's name for this kind of transaction, for people
 * @param owed the branches that voted yes
 * @param traceparent the W3C trace context of the transaction, or "" if it has none
 */
public record CommitRecord(Gid gid, String kind, List<Owed> owed, String traceparent) {

    /** Copies the list. */
    public CommitRecord {
        owed = List.copyOf(owed);
    }

    /**
     * A branch that is owed the decision.
     *
     * @param number the branch's number
     * @param participant whose branch it is
     * @param voter who prepared it
     */
    public record Owed(int number, String participant, Vote.Voter voter) {
        /** The branch's id within the transaction. */
        public BranchId branch(Gid gid) {
            return new BranchId(gid, number);
        }
    }

    /** The same without branches that have reported. */
    public CommitRecord without(Set<Integer> reported) {
        List<Owed> rest = owed.stream()
                .filter(branch -> !reported.contains(branch.number()))
                .toList();
        return new CommitRecord(gid, kind, rest, traceparent);
    }

    /** The numbers of the branches that are owed the decision. */
    public Set<Integer> numbers() {
        return owed.stream().map(Owed::number).collect(Collectors.toUnmodifiableSet());
    }

    /** The owed branches as one line of text, for a column: {@code number participant service instance store; …}. */
    public String owedText() {
        StringBuilder text = new StringBuilder();
        for (Owed branch : owed) {
            text.append(text.isEmpty() ? "" : ";")
                    .append(branch.number())
                    .append(' ')
                    .append(branch.participant())
                    .append(' ')
                    .append(branch.voter().instance().name())
                    .append(' ')
                    .append(branch.voter().instance().id())
                    .append(' ')
                    .append(branch.voter().store());
        }
        return text.toString();
    }

    /**
     * Reads {@link #owedText()} back.
     *
     * @throws IllegalArgumentException if it is not such a text
     */
    public static List<Owed> parseOwed(String text) {
        List<Owed> owed = new ArrayList<>();
        for (String entry : text.isEmpty() ? new String[0] : text.split(";", -1)) {
            String[] words = entry.split(" ", -1);
            if (words.length != 5) {
                throw new IllegalArgumentException("'" + Text.quote(entry) + "' is not an owed branch");
            }
            Vote.Voter voter = new Vote.Voter(new Address.Instance(words[2], words[3]), words[4]);
            owed.add(new Owed(Integer.parseInt(words[0]), Name.check(words[1]), voter));
        }
        return owed;
    }
}
