package dev.troth.testkit.sim;

import dev.troth.Troth;
import dev.troth.protocol.Gid;
import dev.troth.testkit.sim.Script.Ending;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.Transaction;
import dev.troth.tx.TransactionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Plays one script, and remembers what it was told. */
final class Caller {
    /** What a caller was told. */
    enum Told {
        NOTHING,
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    private final Site site;
    private final Script script;
    private Optional<Gid> gid = Optional.empty();
    private boolean submitted;
    private Told told = Told.NOTHING;

    Caller(Site site, Script script) {
        this.site = site;
        this.script = script;
    }

    Script script() {
        return script;
    }

    /** The transaction, if it has begun and one is known: calls of one phase tell it only when they fail. */
    Optional<Gid> gid() {
        return gid;
    }

    boolean submitted() {
        return submitted;
    }

    Told told() {
        return told;
    }

    /** Runs in the life of the host. */
    void play(Host host) {
        Optional<Troth> running = host.troth();
        if (running.isEmpty()) {
            return;
        }
        submitted = true;
        site.world().journal.note(host, "submits " + script.name());
        TransactionOptions options = TransactionOptions.named("simulated").timeout(script.timeout());
        try {
            switch (script.call()) {
                case TRANSACT -> {
                    Gid unused = running.get().transact(options, tx -> work(tx, host));
                    tell(null, host);
                }
                case TRANSACT_ASYNC -> {
                    var unused = running.get()
                            .transactAsync(options, tx -> work(tx, host))
                            .whenComplete((answer, failure) -> tell(failure, host));
                }
                case EXECUTE -> execute(running.get(), host);
            }
        } catch (Exception e) {
            tell(e, host);
        }
    }

    private void execute(Troth troth, Host host) {
        site.world().journal.nameNext(script.name());
        Step step = script.steps().get(0);
        var unused = troth.executeAsync(step.participant(), step.command(), Void.class)
                .whenComplete((answer, failure) -> tell(failure, host));
        site.world().journal.nameNext("");
    }

    private Gid work(Transaction tx, Host host) throws Exception {
        gid = Optional.of(tx.gid());
        site.world().journal.name(tx.gid().toString(), script.name());
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (Step step : script.steps()) {
            answers.add(tx.enlist(step.participant(), step.command()));
        }
        if (script.localWork()) {
            var unused = tx.connection();
        }
        if (script.ending() == Ending.AWAIT_ANSWERS) {
            for (CompletableFuture<Void> answer : answers) {
                boolean unused = host.scheduler().await(answer, script.timeout());
            }
        }
        if (script.ending() == Ending.THROW) {
            throw new WorkFailed();
        }
        return tx.gid();
    }

    private void tell(@Nullable Throwable failure, Host host) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Life.Ended || host.life().isOver()) {
            return; // nobody is there any more to be told
        }
        told = meaning(cause);
        site.world()
                .journal
                .note(
                        host,
                        script.name() + " is told " + told
                                + (cause == null ? "" : ": " + cause.getClass().getSimpleName()));
    }

    private Told meaning(@Nullable Throwable failure) {
        if (failure == null) {
            return Told.COMMITTED;
        }
        if (failure instanceof RolledBackException
                || failure instanceof NotStartedException
                || failure instanceof WorkFailed) {
            return Told.ROLLED_BACK;
        }
        if (failure instanceof OutcomeUnknownException) {
            return Told.UNKNOWN;
        }
        if (failure instanceof dev.troth.spi.StoreException) {
            return Told.ROLLED_BACK; // of the work: it could not get its connection
        }
        site.world().violated("callers get what is documented", script.name() + " got " + failure);
        return Told.UNKNOWN;
    }

    /** What the work of a script throws. */
    static final class WorkFailed extends Exception {
        private static final long serialVersionUID = 1L;

        WorkFailed() {
            super("as the script says");
        }
    }
}
