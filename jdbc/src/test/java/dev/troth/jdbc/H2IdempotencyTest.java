package dev.troth.jdbc;

class H2IdempotencyTest extends IdempotencyContract {
    @Override
    Pool freshPool() {
        return new Pool("jdbc:h2:mem:idempotency;DB_CLOSE_DELAY=-1", 8);
    }
}
