package dev.troth.rates;

/** What people do without any of this: a commit here and a commit there. A crash in between loses the second. */
final class TwoCommits implements Workload {
    @Override
    public String name() {
        return "two plain commits, 8 clients";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        long began = System.nanoTime();
        Clients.run(8, times, id -> {
            Bench.commit(bench.blogs, id);
            Bench.commit(bench.notes, id);
        });
        return Clients.rate(times, began);
    }
}
