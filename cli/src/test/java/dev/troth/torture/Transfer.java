package dev.troth.torture;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Moves money: all of its postings or none; they add up to nothing.
 *
 * @param id drawn by the client
 * @param postings at most one for each account
 */
record Transfer(long id, List<Posting> postings) {

    /** The banks that keep an account of it. */
    Set<String> banks() {
        return postings.stream().map(Posting::bank).collect(Collectors.toSet());
    }

    /** What that bank has to do, in an order in which two transfers cannot wait for each other within one bank. */
    Book at(String bank) {
        return new Book(
                id,
                postings.stream()
                        .filter(posting -> posting.bank().equals(bank))
                        .sorted((one, other) -> Integer.compare(one.account(), other.account()))
                        .toList());
    }
}
