package dev.troth.spring;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.spi.BranchStore;
import java.time.Instant;
import java.util.List;

/** A branch store in which no branch begins before the service is ready. What has been prepared is finished at once. */
record ReadyBranches(BranchStore store, Readiness ready) implements BranchStore {
    @Override
    public Begun begin(BranchId branch) {
        ready.await();
        return store.begin(branch);
    }

    @Override
    public String open() {
        return store.open();
    }

    @Override
    public int slots() {
        return store.slots();
    }

    @Override
    public Finish commit(BranchId branch) {
        return store.commit(branch);
    }

    @Override
    public Finish rollback(BranchId branch) {
        return store.rollback(branch);
    }

    @Override
    public List<InDoubt> inDoubt() {
        return store.inDoubt();
    }

    @Override
    public void heuristic(BranchId branch, Outcome decided, String note) {
        store.heuristic(branch, decided, note);
    }

    @Override
    public Refusal explain(Throwable failure) {
        return store.explain(failure);
    }

    @Override
    public int purge(int limit) {
        return store.purge(limit);
    }

    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public void close() {
        store.close();
    }
}
