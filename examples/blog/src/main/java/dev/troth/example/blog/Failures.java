package dev.troth.example.blog;

import dev.troth.example.blog.web.Problem;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.StoreException;
import dev.troth.spi.TransportException;
import dev.troth.tx.BranchRefusal;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.OutcomeForgottenException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RolledBackException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of a failure. The exceptions of Troth are named by what is known afterwards, and so are these: 409, refused
 * and nothing remains; 503 with Retry-After, nothing remains and it may work later; 503 {@code outcome-unknown} without it: ask
 * for the transaction before doing it again; 500, a mistake of ours.
 */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    private static final int SOON = 1;
    private static final int LATER = 5;
    private static final int MARIADB_LOCK_WAIT = 1205;
    /** Classes of SQLSTATE after which the same may work: connection, rollback, resources, locks, operator's intervention. */
    private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57");

    private Failures() {}

    static Problem problem(Throwable failure) {
        if (failure instanceof RolledBackException e) {
            return rolledBack(e);
        }
        if (failure instanceof OutcomeUnknownException e) {
            return unknown(e);
        }
        if (failure instanceof OutcomeForgottenException e) {
            return Problem.of(410, "outcome-forgotten", "Too long ago", "Nobody can tell its outcome any more.")
                    .with("transaction_id", e.gid().toString());
        }
        if (failure instanceof NotStartedException) {
            return away("overloaded", "Too busy", "No transaction could be started; nothing was done.", SOON);
        }
        if (failure instanceof SQLException e) {
            return sql(e);
        }
        if (failure instanceof StoreException || failure instanceof TransportException) {
            log.debug("a database or the broker is away", failure);
            return away("unavailable", "Away", "The database or the broker cannot be reached; nothing was done.", SOON);
        }
        return mistake(failure);
    }

    private static Problem rolledBack(RolledBackException e) {
        Problem problem = switch (e.reason()) {
            case REFUSED ->
                Problem.of(409, "refused", "Refused", "A participant refused; nothing was written anywhere.");
            case CONSTRAINT ->
                Problem.of(
                        409, "constraint", "Constraint violated", "A database refused; nothing was written anywhere.");
            case CONFLICT, OVERLOADED, TIMED_OUT, UNAVAILABLE ->
                away(
                        "unavailable",
                        "Not possible now",
                        "A participant could not prepare in time; nothing was written anywhere.",
                        SOON);
            case UNKNOWN_PARTICIPANT ->
                away(
                        "unavailable",
                        "Participant not there",
                        "A participant does not run; nothing was written anywhere.",
                        LATER);
            default -> mistake(e);
        };
        Problem named = problem.with("transaction_id", e.gid().toString());
        return problem.status() == 500
                ? named
                : named.with("refusals", e.refusals().stream().map(Told::of).toList());
    }

    /** A refusal as the client sees it. */
    private record Told(String participant, Reason reason, String message) {
        static Told of(BranchRefusal refusal) {
            return new Told(
                    refusal.party(),
                    refusal.refusal().reason(),
                    refusal.refusal().message());
        }
    }

    private static Problem unknown(OutcomeUnknownException e) {
        Gid gid = e.gid();
        return Problem.of(
                        503,
                        "outcome-unknown",
                        "Outcome not known yet",
                        "It was decided, but who knows how cannot be reached. It is the same in both databases. Ask GET"
                                + " /transactions/" + gid + " before you submit this again.")
                .with("transaction_id", gid.toString());
    }

    private static Problem sql(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String stateClass = state.length() == 5 ? state.substring(0, 2) : "";
        if (stateClass.equals("23")) {
            Told refusal = new Told("blog", Reason.CONSTRAINT, "SQLSTATE " + state + ": " + e.getMessage());
            return Problem.of(
                            409,
                            "constraint",
                            "Constraint violated",
                            "A database refused; nothing was written anywhere.")
                    .with("refusals", List.of(refusal));
        }
        boolean passing = PASSING.contains(stateClass)
                || e.getErrorCode() == MARIADB_LOCK_WAIT
                || e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException;
        if (passing) {
            log.debug("the database is away", e);
            return away("unavailable", "Away", "The database cannot be reached or used now; nothing was done.", SOON);
        }
        return mistake(e);
    }

    private static Problem away(String name, String title, String detail, int seconds) {
        return Problem.of(503, name, title, detail).retryAfter(seconds);
    }

    /** The cause goes to the log and not to the client. */
    private static Problem mistake(Throwable failure) {
        log.error("a request failed in a way that nobody expected", failure);
        return Problem.of(500, "internal", "Internal error", "This is a mistake of the service; its log says more.");
    }
}
