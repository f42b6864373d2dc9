package dev.troth.protocol.check;

import static dev.troth.protocol.check.SiteMove.Kind.FAULT;
import static dev.troth.protocol.check.SiteMove.Kind.PROGRESS;
import static dev.troth.protocol.check.SiteMove.Kind.WHEN_NOBODY_IS_OWED;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.check.Line.Lane;
import dev.troth.protocol.check.Memory.Due;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.check.Store.Row;
import dev.troth.protocol.check.Store.Session;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantEvent.Answered;
import dev.troth.protocol.participant.ParticipantEvent.CoordinatorGone;
import dev.troth.protocol.participant.ParticipantEvent.Decided;
import dev.troth.protocol.participant.ParticipantEvent.InquiryDue;
import dev.troth.protocol.participant.ParticipantEvent.PrepareArrived;
import dev.troth.protocol.participant.ParticipantEvent.RetryDue;
import dev.troth.protocol.participant.ParticipantEvent.Swept;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that can happen to one branch: what arrives, what its timers and its database do, and what goes wrong. */
final class SiteMoves {
    /** An answer lives for seconds, a branch row for a day. */
    private static final Network ANSWERS =
            Network.of(Sent.ANSWER_COMMITTED_OWED, Sent.ANSWER_COMMITTED_DONE, Sent.ANSWER_ABORTED);

    private static final Set<Due> IMMEDIATE = Set.of(Due.BEGIN, Due.FINISH, Due.NOTE);

    private final Scope scope;
    private final Rules rules;
    private final BranchDesk desk;
    private final StoreMoves stores;

    SiteMoves(Scope scope, Rules rules) {
        this.scope = scope;
        this.rules = rules;
        this.desk = new BranchDesk(rules);
        this.stores = new StoreMoves(scope, rules, desk);
    }

    /** All moves that change something. */
    List<SiteMove> of(Site site) {
        List<SiteMove> moves = new ArrayList<>();
        for (int instance = 0; instance < site.instances().size(); instance++) {
            if (instance == 0
                    || !site.instances().get(instance).equals(site.instances().get(instance - 1))) {
                arrivals(moves, site, instance);
                timers(moves, site, instance);
                stores.moves(moves, site, instance);
                crash(moves, site, instance);
            }
        }
        database(moves, site);
        if (!scope.has(Feature.SLOW_PARTICIPANTS)) {
            moves = moves.stream().flatMap(this::atOnce).collect(Collectors.toCollection(ArrayList::new));
        }
        moves.removeIf(move -> move.next().equals(site));
        if (scope.has(Feature.RELIABLE_PARTICIPANTS)) {
            moves.removeIf(move -> move.kind() == FAULT);
        }
        return moves;
    }

    /** The move with what the participant then asks of its database. */
    private Stream<SiteMove> atOnce(SiteMove move) {
        List<Memory> instances = move.next().instances();
        for (int instance = 0; instance < instances.size(); instance++) {
            if (IMMEDIATE.contains(instances.get(instance).due())) {
                List<SiteMove> moves = new ArrayList<>();
                stores.moves(moves, move.next(), instance);
                return moves.stream().map(next -> next.after(move)).flatMap(this::atOnce);
            }
        }
        return Stream.of(move);
    }

    private void arrivals(List<SiteMove> moves, Site site, int instance) {
        arrival(moves, site, instance, Sent.PREPARE, new PrepareArrived(scope.has(Feature.ONE_PHASE)));
        arrival(moves, site, instance, Sent.COMMIT, new Decided(Outcome.COMMITTED, Samples.INITIATOR));
        arrival(moves, site, instance, Sent.ROLLBACK, new Decided(Outcome.ABORTED, Samples.INITIATOR));
        if (!site.instances().get(instance).equals(Memory.NONE)) { // nobody here waits for the answer: it is dropped
            arrival(moves, site, instance, Sent.ANSWER_UNDECIDED, answered(Standing.UNDECIDED));
            arrival(moves, site, instance, Sent.ANSWER_COMMITTED_OWED, answered(Standing.COMMITTED_OWED));
            arrival(moves, site, instance, Sent.ANSWER_COMMITTED_DONE, answered(Standing.COMMITTED_DONE));
            arrival(moves, site, instance, Sent.ANSWER_ABORTED, answered(Standing.ABORTED));
        }
    }

    private static Answered answered(Standing standing) {
        return new Answered(standing, Samples.INITIATOR);
    }

    private void arrival(List<SiteMove> moves, Site site, int instance, Sent message, ParticipantEvent event) {
        if (site.network().has(message)) {
            Lane from = ANSWERS.has(message) ? Lane.LOG : Lane.COORDINATOR;
            Line line = Line.arrival(from, Lane.BRANCH, message);
            moves.add(new SiteMove(line, desk.post(site, instance, event), PROGRESS));
        }
    }

    /** Each process has a clock of its own, and it may be wrong: so what waits for its time may happen at any time. */
    private void timers(List<SiteMove> moves, Site site, int instance) {
        Due due = site.instances().get(instance).due();
        if (due == Due.ASK) {
            Line asks = Line.at(Lane.BRANCH, "asks");
            moves.add(new SiteMove(asks, desk.post(site, instance, new InquiryDue(false)), PROGRESS));
            moves.add(new SiteMove(asks, desk.post(site, instance, new InquiryDue(true)), PROGRESS));
            Line gone = Line.at(Lane.BRANCH, "finds nobody at the coordinator's address");
            moves.add(new SiteMove(gone, desk.post(site, instance, new CoordinatorGone()), FAULT));
        }
        if (due == Due.RETRY) {
            Line again = Line.at(Lane.BRANCH, "tries again");
            moves.add(new SiteMove(again, desk.conclude(site, instance, new RetryDue()), PROGRESS));
        }
        if (site.store().prepared()) {
            Line swept = Line.at(Lane.BRANCH, "is found prepared by a sweep");
            moves.add(new SiteMove(swept, desk.post(site, instance, new Swept()), PROGRESS));
        }
    }

    /** A session that the instance has left goes on: its last statement may still be carried out. */
    private void crash(List<SiteMove> moves, Site site, int instance) {
        boolean working = site.instances().get(instance).due() == Due.HANDLE;
        Line line = Line.at(Lane.BRANCH, "crashes and restarts");
        for (Store store : working ? stores.left(site.store()) : List.of(site.store())) {
            moves.add(new SiteMove(line, site.with(store).with(instance, Memory.NONE), FAULT));
        }
    }

    private void database(List<SiteMove> moves, Site site) {
        Store store = site.store();
        if (!store.late()) {
            Line passed = Line.at(Lane.BRANCH, "deadline passes by the participant's database");
            moves.add(new SiteMove(passed, site.with(store.afterDeadline()), PROGRESS));
        }
        if (store.session() == Session.ORPHANED) {
            stores.orphan(moves, site);
        }
        if (store.row() != Row.NONE && rules.store().mayPurge(store)) {
            purge(moves, site);
        }
        if (store.row() == Row.ROLLED_BACK && scope.has(Feature.MARKS_GET_LOST)) {
            Line lost = Line.at(Lane.BRANCH, "database crashes and forgets the mark");
            moves.add(new SiteMove(lost, site.with(store.with(Row.NONE)), FAULT));
        }
        if (store.prepared() && scope.has(Feature.PERSON)) {
            Line byHand = Line.at(Lane.BRANCH, "a person rolls the prepared branch back");
            moves.add(new SiteMove(byHand, site.rolledBackByHand(), FAULT));
            Line committed = Line.at(Lane.BRANCH, "a person commits the prepared branch");
            moves.add(new SiteMove(committed, site.committedByHand(rules.store().rowOfCommitted()), FAULT));
        }
    }

    private void purge(List<SiteMove> moves, Site site) {
        Site purged = site.with(site.store().with(Row.NONE));
        Line line = Line.at(Lane.BRANCH, "branch row is purged");
        if (scope.has(Feature.NO_RETENTION)) {
            moves.add(new SiteMove(line, purged, PROGRESS));
        } else if (!site.isBusy()) {
            moves.add(new SiteMove(line, purged.with(site.network().without(ANSWERS)), WHEN_NOBODY_IS_OWED));
        }
    }
}
