package dev.troth.torture;

import dev.troth.example.blog.web.Answer;
import dev.troth.spi.StoreException;
import dev.troth.spi.TransportException;
import dev.troth.tx.CommittedWithoutAnswerException;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RefusedException;
import dev.troth.tx.RolledBackException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** What a client knows of its transfer. Those that Troth throws are named by it. */
enum Verdict {
    /** It is there. */
    ACKNOWLEDGED(201),
    /** Nothing of it is there, and never will be; also what a bank answers that stops. */
    REFUSED(503),
    /** It is there, and the client was not told what it has come to. */
    DONE(202),
    /** It is there or not, and the same in every bank. */
    UNKNOWN(504),
    /** No answer of a service that is in order. */
    MISTAKE(500);

    private final int status;

    Verdict(int status) {
        this.status = status;
    }

    static Verdict of(int status) {
        for (Verdict verdict : values()) {
            if (verdict.status == status) {
                return verdict;
            }
        }
        return MISTAKE;
    }

    /** A failure as it is told to the client. */
    record Told(Verdict verdict, String text) {
        Answer answer() {
            return Answer.json(verdict.status, Map.of("text", text));
        }
    }

    static Told of(Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return of(failure.getCause());
        }
        if (failure instanceof CommittedWithoutAnswerException) {
            return new Told(DONE, failure.toString());
        }
        if (failure instanceof OutcomeUnknownException) {
            return new Told(UNKNOWN, failure.toString());
        }
        boolean refused = failure instanceof RolledBackException
                || failure instanceof NotStartedException
                || failure instanceof RefusedException // by the local work, as the next three
                || failure instanceof SQLException
                || failure instanceof StoreException
                || failure instanceof TransportException;
        return new Told(refused ? REFUSED : MISTAKE, failure.toString());
    }
}
