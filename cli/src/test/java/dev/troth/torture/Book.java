package dev.troth.torture;

import dev.troth.message.Kind;
import java.util.List;

/**
 * What a bank is asked to do as its part of a transfer.
 *
 * @param transfer the transfer
 * @param postings its postings at that bank
 */
@Kind("book")
record Book(long transfer, List<Posting> postings) {}
