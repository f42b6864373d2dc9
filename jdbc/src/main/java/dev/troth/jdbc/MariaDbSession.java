package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that works on a branch, and that alone can finish it while it lives. It holds a connection and the branch's lock
 * from the beginning to the decision, and gives both back exactly once; if it cannot, the connection is torn down, which ends
 * the server's session and with it the lock.
 */
final class MariaDbSession {
    private static final Logger log = LoggerFactory.getLogger(MariaDbSession.class);

    private final Session session;
    private final BranchId branch;
    private final String xid;
    private final String lock;
    private final Runnable gone;
    private volatile long connectionId;
    private volatile long preparedAt;

    /**
     * Creates it, with the lock not taken.
     *
     * @param gone called once, when the connection is given back
     */
    MariaDbSession(Session session, BranchId branch, String store, Runnable gone) {
        this.session = session;
        this.branch = branch;
        this.xid = MariaDbSql.xid(branch, store);
        this.lock = BranchKey.lockName(branch, store);
        this.gone = gone;
    }

    BranchId branch() {
        return branch;
    }

    String xid() {
        return xid;
    }

    String lock() {
        return lock;
    }

    Connection connection() {
        return session.connection();
    }

    long connectionId() {
        return connectionId;
    }

    void connectionId(long id) {
        connectionId = id;
    }

    /** When it was prepared, by {@link System#nanoTime()}. */
    long preparedAt() {
        return preparedAt;
    }

    void prepared() {
        preparedAt = System.nanoTime();
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** Undoes a branch that is not prepared, in whatever state its failure has left it, and gives everything back. */
    void rollbackAndRelease() {
        try {
            execute(MariaDbSql.end(xid));
        } catch (SQLException failure) {
            log.debug("branch={} is not active any more, or may only roll back: {}", branch, failure.toString());
        }
        try {
            execute(MariaDbSql.rollback(xid));
            release();
        } catch (SQLException failure) {
            log.debug("branch={} could not roll back, its connection is torn down: {}", branch, failure.toString());
            discard();
        }
    }

    /** Gives lock and connection back. */
    void release() {
        try (PreparedStatement release = session.connection().prepareStatement(MariaDbSql.RELEASE)) {
            release.setString(1, lock);
            try (ResultSet answer = release.executeQuery()) {
                answer.next();
            }
        } catch (SQLException failure) {
            log.debug("branch={} lock not released, its connection is torn down: {}", branch, failure.toString());
            session.spoil();
        }
        close();
    }

    /**
     * Tears the connection down: a branch that is prepared stays so, and any other session may finish it then. Returns whether it
     * was this call that gave it back; if not, somebody else may have it already.
     */
    boolean discard() {
        session.spoil();
        return close();
    }

    private boolean close() {
        boolean first = session.closeOnce();
        if (first) {
            gone.run();
        }
        return first;
    }
}
