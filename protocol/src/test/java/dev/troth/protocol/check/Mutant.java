package dev.troth.protocol.check;

/**
 * The protocol without one of its rules.
 *
 * @param name what is done instead, as a sentence
 * @param scope where it shows
 * @param rules the production functions, one of them wrapped
 * @param broken what no longer holds
 */
record Mutant(String name, Scope scope, Rules rules, Invariant broken) {
    @Override
    public String toString() {
        return name;
    }
}
