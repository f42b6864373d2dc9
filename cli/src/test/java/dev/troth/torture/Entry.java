package dev.troth.torture;

/**
 * A posting as it was written to an account's history.
 *
 * @param transfer the transfer
 * @param bank the bank
 * @param account the account
 * @param amount what was added
 * @param version how many postings the account has had, with this one
 * @param balance what the account holds after it
 */
record Entry(long transfer, String bank, int account, long amount, long version, long balance) {}
