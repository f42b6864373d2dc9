package dev.troth.bench.events;

import java.util.Map;

/** What people do without any of this: a commit here and a commit there. A crash in between loses the second. */
final class TwoCommits implements Way {
    @Override
    public Map<String, Object> run(Ground ground, int times) throws Exception {
        long began = System.nanoTime();
        Producers.run(ground.producers, times, id -> {
            ground.commit(ground.blogs, id);
            ground.commit(ground.notes, id);
        });
        long ended = System.nanoTime();
        return Ground.figures(times, began, ended, ground.agree());
    }
}
