package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import java.util.Optional;

/** Every statement of a branch in MariaDB or MySQL. The parts of an xid are safe to write into SQL: {@link BranchKey}. */
final class MariaDbSql {
    /** "Trot" in ASCII: xids of other transaction managers are not ours to touch. */
    static final int FORMAT_ID = 0x54726f74;

    /** The lock that nobody waits for (rule 9), the deadline by the database's clock (rule 2), and what is known of the branch. */
    static final String BEGIN = Dialect.MARIADB.fill("""
            SELECT GET_LOCK(?, 0), $clock < ?, (SELECT state FROM troth_branches WHERE gid = ? AND branch = ?), CONNECTION_ID()
            """);

    static final String LOCK = "SELECT GET_LOCK(?, 0)";

    static final String RELEASE = "SELECT RELEASE_LOCK(?)";

    static final String RECOVER = "XA RECOVER";

    private MariaDbSql() {}

    /** The xid: the transaction's id, the branch's number and store, our format. */
    static String xid(BranchId branch, String store) {
        return "'" + branch.gid() + "','" + branch.number() + '.' + store + "'," + FORMAT_ID;
    }

    /** The branch of an xid of that store as XA RECOVER shows it, or nothing if it is somebody else's. */
    static Optional<BranchId> branch(String data, int gtridLength, String store) {
        String suffix = '.' + store;
        if (gtridLength > data.length() || !data.endsWith(suffix)) {
            return Optional.empty();
        }
        String number = data.substring(gtridLength, Math.max(gtridLength, data.length() - suffix.length()));
        return BranchKey.parse(data.substring(0, gtridLength) + '/' + number);
    }

    static String start(String xid) {
        return "XA START " + xid;
    }

    static String end(String xid) {
        return "XA END " + xid;
    }

    static String prepare(String xid) {
        return "XA PREPARE " + xid;
    }

    /** Both in one exchange; MySQL has no compound statement outside of procedures. */
    static String endAndPrepare(String xid) {
        return "BEGIN NOT ATOMIC " + end(xid) + "; " + prepare(xid) + "; END";
    }

    static String commitOnePhase(String xid) {
        return "XA COMMIT " + xid + " ONE PHASE";
    }

    static String commit(String xid) {
        return "XA COMMIT " + xid;
    }

    static String rollback(String xid) {
        return "XA ROLLBACK " + xid;
    }

    static String kill(long connection) {
        return "KILL " + connection;
    }
}
