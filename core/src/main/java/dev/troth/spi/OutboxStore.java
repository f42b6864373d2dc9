package dev.troth.spi;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Messages that are written with the data of a local transaction, in the same database, and sent after its commit by whoever
 * relays. {@code OutboxContract} in troth-testkit proves an implementation.
 *
 * <p>Every message has a key, and messages of one key are sent in the order in which they were added. Keys are spread over {@link #LANES
 * lanes}; a relay leases lanes, so that two of them do not send messages of the same key at once. All times are the database's own. All
 * methods but {@link #add} may block, throw {@link StoreException} when the database fails, and are safe for use by several threads.
 */
public interface OutboxStore extends AutoCloseable {
    /** How many lanes there are; lane numbers start at 0. */
    int LANES = 16;

    /** The lane of a key. */
    static int lane(String key) {
        return Math.floorMod((key.hashCode() * 0x9E3779B9) >>> 8, LANES);
    }

    /**
     * Checks that the store can be used.
     *
     * @return the identity of its database: the same as that of a {@linkplain DecisionLog#open decision log} there
     * @throws StoreException if something is missing, with what to do about it
     */
    String open();

    /**
     * Adds a message to the transaction of that connection: it exists if the transaction commits.
     *
     * @throws IllegalArgumentException if the connection commits by itself, so that the message would not share the fate of the data
     * @throws StoreException if that failed; the transaction has to be rolled back
     */
    void add(Connection connection, Outgoing message);

    /** Whether a message waits that may be tried now, on whatever lane and whoever leases that. Cheap where there is none. */
    boolean waiting();

    /**
     * Leases lanes, as far as nobody else has them, or renews the lease.
     *
     * @param relay who leases: its identity, another one after every start
     * @param lanes which lanes are wanted
     * @return which of them are leased to that relay now
     */
    Set<Integer> lease(String relay, Set<Integer> lanes, Duration lease);

    /** Gives all lanes of that relay back. */
    void release(String relay);

    /**
     * The first messages of these lanes, in the order in which each lane has them. Of a key one of whose messages {@link #failed} only
     * that one is among them, when its time has come; what follows it comes when it was sent.
     *
     * @param limit how many at most; fewer come if they are large
     */
    List<Waiting> next(Set<Integer> lanes, int limit);

    /**
     * These were sent and exist no more. If a crash makes the database forget that, they are sent again.
     *
     * @param numbers their {@link Waiting#number}
     */
    void sent(Collection<Long> numbers);

    /**
     * A message could not be sent for a reason of its own. It and what follows under its key wait for so long; other keys go on. Does
     * nothing if somebody else has sent it meanwhile.
     *
     * @param reason for those who look after it
     */
    void failed(Waiting message, Duration pause, String reason);

    /** What waits, for those who watch. Counting stops at a million. */
    Backlog backlog();

    /** Lets go of what the store holds itself. Does nothing the second time. */
    @Override
    void close();

    /**
     * A message to be sent. Its texts hold no control characters, and but for the headers at most {@link #MAX_LENGTH} characters each.
     *
     * @param to a topic or a subscriber
     * @param key messages of the same key keep their order; the message's own id where order does not matter
     * @param kind the stable name of the event's or command's type
     * @param envelope the message, persistent; names of headers hold no '='
     */
    record Outgoing(Address to, String key, String kind, Envelope envelope) {
        /** The longest key, kind, id and so on, in characters. */
        public static final int MAX_LENGTH = 200;

        /**
         * Checks that every store can give it back as it was.
         *
         * @throws IllegalArgumentException if not, with the rule
         */
        public Outgoing {
            OutgoingLimits.check(to, key, kind, envelope);
        }
    }

    /**
     * A message that waits.
     *
     * @param number grows as messages are added
     * @param attempts how often it has {@link #failed}
     */
    record Waiting(long number, int attempts, Outgoing message) {}

    /**
     * What waits.
     *
     * @param messages how many messages
     * @param oldest for how long the oldest has waited
     * @param failing how many keys wait because one of their messages failed
     */
    record Backlog(long messages, Duration oldest, long failing) {}
}
