package dev.troth;

import dev.troth.engine.participant.ParticipantSpec;
import dev.troth.engine.participant.ParticipantSpec.HandlerEntry;
import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Name;
import dev.troth.spi.BranchStore;
import dev.troth.tx.Handler;
import dev.troth.tx.TrothException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a service offers to the transactions of others: a name, a database that can prepare, and a handler for every kind of
 * command. Immutable; every method returns a changed copy.
 *
 * <pre>{@code
 * Participant.named("review")
 *         .on(PostgresBranches.of(reviewDatabase))
 *         .handle(NewReview.class, (review, branch) -> reviews.insert(branch.connection(), review))
 * }</pre>
 */
public final class Participant {
    /** How many handlers of a participant run at once unless it is set. */
    public static final int DEFAULT_CONCURRENCY = 8;

    private final String name;
    private final Optional<BranchStore> store;
    private final Map<String, HandlerEntry<?>> handlers;
    private final int concurrency;

    private Participant(
            String name, Optional<BranchStore> store, Map<String, HandlerEntry<?>> handlers, int concurrency) {
        this.name = name;
        this.store = store;
        this.handlers = handlers;
        this.concurrency = concurrency;
    }

    /** A participant under this name: a lower-case letter, then up to 23 lower-case letters, digits or dashes. */
    public static Participant named(String name) {
        return new Participant(Name.check(name), Optional.empty(), Map.of(), DEFAULT_CONCURRENCY);
    }

    /** The database in which its branches are prepared. The {@link Troth} that offers the participant closes the store. */
    public Participant on(BranchStore branches) {
        return new Participant(name, Optional.of(branches), handlers, concurrency);
    }

    /** Handles commands of this type, which has a {@link dev.troth.message.Kind}; returns nothing. */
    public <C> Participant handle(Class<C> type, Handler.OfVoid<C> handler) {
        return handleAndAnswer(type, (command, branch) -> {
            handler.handle(command, branch);
            return Optional.empty();
        });
    }

    /**
     * Handles commands of this type, which has a {@link dev.troth.message.Kind}; what it returns travels with the yes vote to the
     * initiator. An empty {@link Optional} travels as nothing.
     */
    public <C> Participant handleAndAnswer(Class<C> type, Handler<C, ?> handler) {
        Map<String, HandlerEntry<?>> more = new LinkedHashMap<>(handlers);
        String kind = Payloads.kindOf(type);
        if (more.put(kind, new HandlerEntry<>(type, handler)) != null) {
            throw new TrothException("Participant '" + name + "' has two handlers for kind '" + kind
                    + "'. Remove one, or give one command another @Kind.");
        }
        return new Participant(name, store, more, concurrency);
    }

    /**
     * How many handlers may run at once; 8 unless it is set. The database's pool should have at least four connections more, so
     * that decisions can be carried out while every handler waits for a lock.
     */
    public Participant concurrency(int handlersAtOnce) {
        if (handlersAtOnce < 1) {
            throw new TrothException(
                    "Participant '" + name + "' needs a concurrency of at least 1, not " + handlersAtOnce);
        }
        return new Participant(name, store, handlers, handlersAtOnce);
    }

    String name() {
        return name;
    }

    ParticipantSpec spec() {
        BranchStore branches = store.orElseThrow(
                () -> new TrothException(
                        "Participant '" + name
                                + "' has no database in which its branches could be prepared. Add .on(PostgresBranches.of(dataSource))."));
        if (handlers.isEmpty()) {
            throw new TrothException(
                    "Participant '" + name + "' handles nothing. Add .handle(NewReview.class, (review, branch) -> …).");
        }
        return new ParticipantSpec(name, branches, handlers, concurrency);
    }
}
