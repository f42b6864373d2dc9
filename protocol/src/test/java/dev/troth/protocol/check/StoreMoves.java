package dev.troth.protocol.check;

import static dev.troth.protocol.check.SiteMove.Kind.FAULT;
import static dev.troth.protocol.check.SiteMove.Kind.PROGRESS;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.check.Line.Lane;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.check.Store.Session;
import dev.troth.protocol.check.StoreRules.Finish;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantEvent.CommitAtOnceUnknown;
import dev.troth.protocol.participant.ParticipantEvent.CommittedAtOnce;
import dev.troth.protocol.participant.ParticipantEvent.Finished;
import dev.troth.protocol.participant.ParticipantEvent.FoundBusy;
import dev.troth.protocol.participant.ParticipantEvent.FoundCommitted;
import dev.troth.protocol.participant.ParticipantEvent.FoundPrepared;
import dev.troth.protocol.participant.ParticipantEvent.HeuristicNoted;
import dev.troth.protocol.participant.ParticipantEvent.NotFinished;
import dev.troth.protocol.participant.ParticipantEvent.NotFound;
import dev.troth.protocol.participant.ParticipantEvent.PrepareUnknown;
import dev.troth.protocol.participant.ParticipantEvent.Prepared;
import dev.troth.protocol.participant.ParticipantEvent.Refused;
import dev.troth.protocol.participant.ParticipantEvent.WasReadOnly;
import dev.troth.protocol.participant.ParticipantState.Finishing;
import java.util.List;

/**
 * What a participant asks of its database, and everything that can come of it, as the engine's {@code BranchRun} and {@code
 * ActiveBranch} tell it to the rules. A statement may fail before its effect or after it.
 */
final class StoreMoves {
    private static final Payload NOTHING = Payload.NOTHING;

    private final Scope scope;
    private final Rules rules;
    private final BranchDesk desk;

    StoreMoves(Scope scope, Rules rules, BranchDesk desk) {
        this.scope = scope;
        this.rules = rules;
        this.desk = desk;
    }

    /** What is due at the instance. */
    void moves(List<SiteMove> moves, Site site, int instance) {
        switch (site.instances().get(instance).due()) {
            case BEGIN -> begin(moves, site, instance);
            case HANDLE -> {
                if (scope.has(Feature.ONE_PHASE)) {
                    handleAtOnce(moves, site, instance);
                } else {
                    handle(moves, site, instance);
                }
            }
            case FINISH -> finish(moves, site, instance);
            case NOTE -> note(moves, site, instance);
            default -> {}
        }
    }

    private void begin(List<SiteMove> moves, Site site, int instance) {
        switch (rules.store().begin(site.store())) {
            case STARTED -> {
                Site started = site.with(site.store().with(Session.WORKING)).withDue(instance, Memory.Due.HANDLE);
                moves.add(new SiteMove(local("starts"), started, PROGRESS));
            }
            case PREPARED -> add(moves, "finds itself prepared", site, instance, new FoundPrepared());
            case COMMITTED -> add(moves, "finds itself committed", site, instance, new FoundCommitted());
            case BUSY -> add(moves, "finds itself at work elsewhere", site, instance, new FoundBusy());
            case ROLLED_BACK -> refuse(moves, "finds the mark of its rollback", site, instance);
            default -> refuse(moves, "is too late to start", site, instance);
        }
        fail(moves, site, instance);
    }

    /** The database cannot be asked, or the handler was abandoned before it began. */
    private void fail(List<SiteMove> moves, Site site, int instance) {
        if (scope.has(Feature.ONE_PHASE)) { // it may have committed before, so nothing is said
            moves.add(new SiteMove(
                    local("cannot look"), desk.conclude(site, instance, new CommitAtOnceUnknown()), FAULT));
        } else {
            moves.add(new SiteMove(local("cannot start"), desk.conclude(site, instance, refused()), FAULT));
        }
    }

    private void handle(List<SiteMove> moves, Site site, int instance) {
        Store store = site.store();
        Site ended = site.with(store.with(Session.NONE));
        add(moves, "refuses, or is abandoned", ended, instance, refused());
        if (scope.has(Feature.READ_ONLY)) {
            add(moves, "has written nothing", ended.endedReadOnly(), instance, new WasReadOnly(NOTHING));
        }
        if (rules.store().inTime(store)) {
            add(moves, "prepares", site.with(store.prepare()), instance, new Prepared(NOTHING));
        }
        for (Store left : left(store)) {
            Site unknown = desk.conclude(site.with(left), instance, new PrepareUnknown(Samples.REFUSAL));
            moves.add(new SiteMove(local("does not hear whether it is prepared"), unknown, FAULT));
        }
    }

    private void handleAtOnce(List<SiteMove> moves, Site site, int instance) {
        Store store = site.store();
        refuse(moves, "refuses", site.with(store.with(Session.NONE)), instance);
        if (rules.store().inTime(store)) {
            Site committed = site.with(store.prepare().commit(rules.store().rowOfCommitted()));
            add(moves, "commits at once", committed, instance, new CommittedAtOnce(NOTHING));
        }
        for (Store left : left(store)) {
            Site unknown = desk.conclude(site.with(left), instance, new CommitAtOnceUnknown());
            moves.add(new SiteMove(local("is abandoned, or does not hear whether it has committed"), unknown, FAULT));
        }
    }

    /** A no to a one-phase branch is final for its caller: it is said when the mark is durable, or not at all. */
    private void refuse(List<SiteMove> moves, String text, Site site, int instance) {
        if (!scope.has(Feature.ONE_PHASE)) {
            add(moves, text, site, instance, refused());
            return;
        }
        ParticipantEvent event = switch (rules.store().rollback(site.store())) {
            case DONE, ALREADY -> refused();
            case MISSING -> new FoundCommitted();
            case HELD -> new CommitAtOnceUnknown();
        };
        Site marked = event instanceof Refused ? site.with(rules.store().mark(site.store())) : site;
        add(moves, text, marked, instance, event);
        moves.add(new SiteMove(
                local(text + ", cannot mark that"), desk.conclude(site, instance, new CommitAtOnceUnknown()), FAULT));
        moves.add(new SiteMove(
                local(text + ", does not hear whether that is marked"),
                desk.conclude(marked, instance, new CommitAtOnceUnknown()),
                FAULT));
    }

    private void finish(List<SiteMove> moves, Site site, int instance) {
        if (!(site.instances().get(instance).state() instanceof Finishing finishing)) {
            return;
        }
        boolean commit = finishing.outcome() == Outcome.COMMITTED;
        StoreRules store = rules.store();
        Finish finish = commit ? store.commit(site.store()) : store.rollback(site.store());
        Site after = site.with(commit ? committed(finish, site.store()) : rolledBack(finish, site.store()));
        String text = commit ? commits(finish) : rollsBack(finish);
        ParticipantEvent event = switch (finish) {
            case DONE, ALREADY -> new Finished();
            case MISSING -> new NotFound();
            case HELD -> new NotFinished();
        };
        add(moves, text, after, instance, event);
        if (scope.has(Feature.SLOW_PARTICIPANTS)) { // otherwise as if the message had not come
            moves.add(new SiteMove(
                    local("cannot reach its database"), desk.conclude(site, instance, new NotFinished()), FAULT));
        }
        moves.add(new SiteMove(
                local(text + ", but does not hear of it"), desk.conclude(after, instance, new NotFinished()), FAULT));
    }

    private static String commits(Finish finish) {
        return switch (finish) {
            case DONE -> "commits";
            case ALREADY -> "has committed before";
            case MISSING -> "finds no trace of itself";
            case HELD -> "is held by a session";
        };
    }

    private static String rollsBack(Finish finish) {
        return switch (finish) {
            case DONE -> "rolls back";
            case ALREADY -> "has nothing to roll back";
            case MISSING -> "has committed";
            case HELD -> "is held by a session";
        };
    }

    private Store committed(Finish finish, Store store) {
        return finish == Finish.DONE ? store.commit(rules.store().rowOfCommitted()) : store;
    }

    private Store rolledBack(Finish finish, Store store) {
        return switch (finish) {
            case DONE -> store.rollBack();
            case ALREADY -> rules.store().mark(store);
            default -> store;
        };
    }

    private void note(List<SiteMove> moves, Site site, int instance) {
        add(moves, "notes a heuristic outcome", site.withHeuristic(), instance, new HeuristicNoted());
        moves.add(new SiteMove(local("cannot note it"), desk.conclude(site, instance, new NotFinished()), FAULT));
    }

    /** What can become of a database that somebody worked in and left. */
    List<Store> left(Store store) {
        if (scope.has(Feature.LINGERING_SESSIONS)) {
            return List.of(store.with(Session.ORPHANED));
        }
        Store undone = store.with(Session.NONE);
        return rules.store().inTime(store) ? List.of(undone, carriedOut(store)) : List.of(undone);
    }

    /** The last statement of a session that nobody listens to any more: carried out, or not. */
    void orphan(List<SiteMove> moves, Site site) {
        Store store = site.store();
        moves.add(new SiteMove(local("session ends"), site.with(store.with(Session.NONE)), PROGRESS));
        if (rules.store().inTime(store)) {
            moves.add(new SiteMove(local("last statement is carried out"), site.with(carriedOut(store)), FAULT));
        }
    }

    private Store carriedOut(Store store) {
        Store prepared = store.prepare();
        return scope.has(Feature.ONE_PHASE) ? prepared.commit(rules.store().rowOfCommitted()) : prepared;
    }

    private void add(List<SiteMove> moves, String text, Site site, int instance, ParticipantEvent event) {
        moves.add(new SiteMove(local(text), desk.conclude(site, instance, event), PROGRESS));
    }

    private static Refused refused() {
        return new Refused(Samples.REFUSAL);
    }

    private static Line local(String text) {
        return Line.at(Lane.BRANCH, text);
    }
}
