package dev.troth.testkit.sim;

import dev.troth.tx.Branch;
import dev.troth.tx.RefusedException;
import java.time.Duration;

/** What the participants of one process do. */
final class Handlers {
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Site site;
    private final Host host;

    Handlers(Site site, Host host) {
        this.site = site;
        this.host = host;
    }

    void handle(Step step, Branch branch) throws Exception {
        VirtualScheduler time = host.scheduler();
        site.world()
                .journal
                .note(
                        host,
                        "handles "
                                + site.world().journal.nameOfBranch(branch.id().toString()));
        if (step.millis() > 0) {
            time.pause(Duration.ofMillis(step.millis()));
        }
        if (step.writes()) {
            var unused = branch.connection();
        }
        switch (step.doing()) {
            case WRITE, READ -> {}
            case REFUSE -> throw new RefusedException("as the script says");
            case FAIL -> throw new IllegalStateException("as the script says");
            case HANG -> time.pause(FOR_EVER);
            case HANG_DEAF -> site.world().loop.pause(host.life(), LONG.toNanos());
            case MEET -> site.meeting().arrive(step.participant(), time);
        }
    }
}
