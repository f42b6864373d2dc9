package dev.troth.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares the books with what the clients saw, and says what does not agree:
 *
 * <ul>
 *   <li>the sum of all balances is what it was;
 *   <li>every history is numbered without a gap, adds up, and ends at the account's balance;
 *   <li>an acknowledged transfer is there exactly as its client was told; a refused one is not; of an unknown one, all or nothing;
 *   <li>nothing is there that nobody asked for;
 *   <li>what was acknowledged before something else began comes before it in every history that has both.
 * </ul>
 */
final class Audit {
    private final Books books;
    private final List<Seen> seen;
    private final List<String> disagreements = new ArrayList<>();

    private Audit(Books books, List<Seen> seen) {
        this.books = books;
        this.seen = seen;
    }

    /** What does not agree; nothing if all is well. */
    static List<String> of(Books books, List<Seen> seen, long sum) {
        Audit audit = new Audit(books, seen);
        audit.sum(sum);
        audit.histories();
        audit.answers();
        audit.order();
        return audit.disagreements;
    }

    private void sum(long expected) {
        long sum = books.accounts().stream().mapToLong(Books.Account::balance).sum();
        if (sum != expected) {
            disagreements.add("the sum of all balances is " + sum + " and was " + expected);
        }
    }

    private void histories() {
        Map<String, List<Entry>> histories = books.entries().stream()
                .sorted(Comparator.comparingLong(Entry::version))
                .collect(Collectors.groupingBy(entry -> key(entry.bank(), entry.account())));
        for (Books.Account account : books.accounts()) {
            long version = 0;
            long balance = TransferMaker.INITIAL;
            for (Entry entry : histories.getOrDefault(key(account.bank(), account.account()), List.of())) {
                version++;
                balance += entry.amount();
                if (entry.version() != version || entry.balance() != balance) {
                    disagreements.add("a history should go on with version " + version + " and balance " + balance
                            + ", but has " + entry);
                    break;
                }
            }
            if (account.version() != version || account.balance() != balance) {
                disagreements.add("a history ends with version " + version + " and balance " + balance
                        + ", but there is " + account);
            }
        }
    }

    private static String key(String bank, int account) {
        return bank + "/" + account;
    }

    private void answers() {
        Map<Long, List<Entry>> there =
                new HashMap<>(books.entries().stream().collect(Collectors.groupingBy(Entry::transfer)));
        for (Seen one : seen) {
            List<Entry> written = there.getOrDefault(one.transfer().id(), List.of());
            there.remove(one.transfer().id());
            String wrong = wrong(one, written);
            if (!wrong.isEmpty()) {
                disagreements.add(wrong + ": " + one + "; there is " + written + "; told " + one.lines());
            }
        }
        there.values().forEach(entries -> disagreements.add("nobody asked for " + entries));
    }

    private static String wrong(Seen one, List<Entry> written) {
        boolean whole = written.size() == one.transfer().postings().size()
                && one.transfer().postings().stream()
                        .allMatch(posting -> written.stream()
                                .anyMatch(entry -> entry.bank().equals(posting.bank())
                                        && entry.account() == posting.account()
                                        && entry.amount() == posting.amount()));
        return switch (one.verdict()) {
            case ACKNOWLEDGED ->
                !whole
                        ? "acknowledged and not there as asked for"
                        : Set.copyOf(one.lines()).equals(Set.copyOf(written)) ? "" : "its client was told otherwise";
            case DONE -> whole ? "" : "done and not there as asked for";
            case REFUSED -> written.isEmpty() ? "" : "refused and there";
            case UNKNOWN -> written.isEmpty() || whole ? "" : "there in part";
            case MISTAKE -> "answered as by a service that is not in order";
        };
    }

    /** In the order of a history, nothing may have ended before something began that stands before it. */
    private void order() {
        Map<String, TreeMap<Long, Seen>> acknowledged = new LinkedHashMap<>();
        seen.forEach(one -> one.lines()
                .forEach(line -> acknowledged
                        .computeIfAbsent(key(line.bank(), line.account()), unused -> new TreeMap<>())
                        .put(line.version(), one)));
        acknowledged.forEach((account, history) -> {
            Seen latest = null;
            for (Seen one : history.values()) {
                if (latest != null && one.ended() < latest.began()) {
                    disagreements.add("in the history of " + account + ", " + latest + " stands before " + one
                            + ", which was acknowledged before the other began");
                }
                latest = latest == null || one.began() > latest.began() ? one : latest;
            }
        });
    }
}
