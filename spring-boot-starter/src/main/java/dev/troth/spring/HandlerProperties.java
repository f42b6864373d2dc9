package dev.troth.spring;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a service says of its participants and subscribers in its configuration.
 *
 * @param participants by the name in {@code @TrothHandler}
 * @param subscribers by the name in {@code @TrothListener}
 */
@ConfigurationProperties("troth")
record HandlerProperties(
        @DefaultValue Map<String, OfParticipant> participants,
        @DefaultValue Map<String, OfSubscriber> subscribers) {

    static final OfParticipant NOTHING_OF_PARTICIPANT = new OfParticipant(null, null, null, null, null);
    static final OfSubscriber NOTHING_OF_SUBSCRIBER = new OfSubscriber(null, null, null, null, null, null, null, null);

    /**
     * A participant.
     *
     * @param dataSource the bean that is its data source; the primary one unless it is set
     * @param store the bean that is its branch store; the only one, or one for the data source's database, unless it is set
     * @param concurrency how many of its handlers run at once; 8 unless it is set
     * @param maxInFlight how many of its branches may be working or prepared at once; what the database allows unless it is set
     * @param retention for how long after its deadline a branch's row is kept; 24 hours unless it is set
     */
    record OfParticipant(
            @Nullable String dataSource,
            @Nullable String store,
            @Nullable Integer concurrency,
            @Nullable Integer maxInFlight,
            @Nullable Duration retention) {}

    /**
     * A subscriber.
     *
     * @param dataSource the bean that is its data source; the primary one unless it is set
     * @param concurrency how many of its handlers run at once; 8 unless it is set
     * @param inOrder whether messages of the same key are applied one after the other
     * @param limit how many messages may wait at the broker; a million unless it is set
     * @param retention for how long after its last copy the id of a message is kept; 7 days unless it is set
     * @param attempts how often a message is tried in all; 8 unless it is set
     * @param firstPause the pause before the second attempt, which then doubles; 1 second unless it is set
     * @param longestPause the longest pause; 1 minute unless it is set
     */
    record OfSubscriber(
            @Nullable String dataSource,
            @Nullable Integer concurrency,
            @Nullable Boolean inOrder,
            @Nullable Integer limit,
            @Nullable Duration retention,
            @Nullable Integer attempts,
            @Nullable Duration firstPause,
            @Nullable Duration longestPause) {}
}
