package dev.troth.cli.demo;

/**
 * What SQL counts.
 *
 * @param blogs rows in {@code blogs}, in the blog service's database
 * @param reviews rows in {@code reviews}, in the review service's database
 * @param inDoubt rows in {@code pg_prepared_xacts}, of both servers
 */
record Counts(long blogs, long reviews, long inDoubt) {
    @Override
    public String toString() {
        return "blogs " + blogs + ", reviews " + reviews + ", in doubt " + inDoubt;
    }
}
