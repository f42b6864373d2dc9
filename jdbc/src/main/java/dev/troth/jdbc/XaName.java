package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.transaction.xa.Xid;

/**
 * A branch as XA names it: the transaction's id, then the branch's number and store, under Troth's own format.
 *
 * @param branch the branch
 * @param store the identity of the store
 */
record XaName(BranchId branch, String store) implements Xid {

    /** The branch of an xid of that store, or nothing if it is somebody else's. */
    static Optional<BranchId> branch(Xid xid, String store) {
        if (xid.getFormatId() != MariaDbSql.FORMAT_ID) {
            return Optional.empty();
        }
        String gtrid = new String(xid.getGlobalTransactionId(), StandardCharsets.US_ASCII);
        String bqual = new String(xid.getBranchQualifier(), StandardCharsets.US_ASCII);
        return MariaDbSql.branch(gtrid + bqual, gtrid.length(), store);
    }

    @Override
    public int getFormatId() {
        return MariaDbSql.FORMAT_ID;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return branch.gid().toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] getBranchQualifier() {
        return (branch.number() + "." + store).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether another xid, of whatever class, names the same branch. */
    boolean names(Xid other) {
        return other.getFormatId() == getFormatId()
                && Arrays.equals(other.getGlobalTransactionId(), getGlobalTransactionId())
                && Arrays.equals(other.getBranchQualifier(), getBranchQualifier());
    }
}
