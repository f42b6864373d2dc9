package dev.troth.torture;

/**
 * A part of a transfer: so much to one account, or from it if negative.
 *
 * @param bank the bank that keeps the account
 * @param account its number there
 * @param amount what is added
 */
record Posting(String bank, int account, long amount) {}
