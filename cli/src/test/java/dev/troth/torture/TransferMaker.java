package dev.troth.torture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws transfers: most between two banks, some among all three, some that leave the initiator's own bank alone. */
final class TransferMaker {
    /** How many accounts a bank has. */
    static final int ACCOUNTS = 200;
    /** What an account holds at first. */
    static final long INITIAL = 1_000;

    private static final long MOST = 300;

    private final RandomGenerator random;

    TransferMaker(RandomGenerator random) {
        this.random = random;
    }

    Transfer next(String initiator, List<String> banks) {
        List<String> others = new ArrayList<>(banks);
        others.remove(initiator);
        Collections.swap(others, 0, random.nextInt(others.size()));
        int kind = random.nextInt(100);
        long amount = random.nextLong(1, MOST);
        List<Posting> postings = new ArrayList<>();
        if (kind < 60) {
            boolean gives = random.nextBoolean();
            postings.add(at(initiator, gives ? -amount : amount));
            postings.add(at(others.get(0), gives ? amount : -amount));
        } else if (kind < 80) {
            postings.add(at(initiator, -amount));
            postings.add(at(others.get(0), amount / 2));
            postings.add(at(others.get(1), amount - amount / 2));
        } else if (kind < 92) { // the initiator writes nothing but its decision
            postings.add(at(others.get(0), -amount));
            postings.add(at(others.get(1), amount));
        } else { // one participant alone: one phase
            int from = random.nextInt(ACCOUNTS);
            int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            postings.add(new Posting(others.get(0), from, -amount));
            postings.add(new Posting(others.get(0), to, amount));
        }
        return new Transfer(random.nextLong() >>> 1, postings);
    }

    private Posting at(String bank, long amount) {
        return new Posting(bank, random.nextInt(ACCOUNTS), amount);
    }
}
