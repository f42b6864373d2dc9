package dev.troth.bench.contender;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Everybody who can be measured, by the name that tables show. */
public enum Contenders {
    TWO_COMMITS("two commits", "nothing: a crash in between leaves one row of two", TwoCommits::new),
    PREPARED_WITHOUT_LOG(
            "prepared, no log", "nothing: a crash in between leaves transactions in doubt", PreparedWithoutLog::new),
    LAST_RESOURCE("last resource by hand", "atomic, if somebody wrote its recovery", LastResource::new),
    NARAYANA("Narayana", "atomic, recovers where its recovery manager runs", Narayana::new),
    ATOMIKOS("Atomikos", "atomic, recovers by itself", Atomikos::new),
    SEATA_XA("Seata XA", "atomic, recovers where its server keeps its log", Seata::xa),
    SEATA_AT("Seata AT", "all or nothing in the end: others see rows that may be undone", Seata::at),
    GRUELBOX_OUTBOX("gruelbox outbox", "the review comes later, and cannot refuse", GruelboxOutbox::new),
    TROTH("Troth", "atomic, recovers by itself", TrothInProcess::new),
    TROTH_OVER_RABBIT("Troth over RabbitMQ", "atomic, recovers by itself", TrothOverRabbit::new),
    RABBIT_BY_HAND("RabbitMQ by hand", "atomic, if somebody wrote its recovery", RabbitByHand::new),
    RABBIT_TWO_PHASE(
            "2PC over RabbitMQ", "nothing: a crash in between leaves transactions in doubt", RabbitTwoPhase::new);

    private static final Set<Contenders> OVER_BROKER = EnumSet.of(TROTH_OVER_RABBIT, RABBIT_BY_HAND, RABBIT_TWO_PHASE);

    private final String title;
    private final String guarantee;

    @SuppressWarnings("ImmutableEnumChecker") // constructors of contenders
    private final Factory factory;

    /** Makes a contender that is ready to be called. */
    @FunctionalInterface
    interface Factory {
        Contender open(Setting setting) throws Exception;
    }

    Contenders(String title, String guarantee, Factory factory) {
        this.title = title;
        this.guarantee = guarantee;
        this.factory = factory;
    }

    /** Its name in tables. */
    public String title() {
        return title;
    }

    /** Whether it sends messages. */
    public boolean needsBroker() {
        return OVER_BROKER.contains(this);
    }

    /** What a caller can rely on who was answered. */
    public String guarantee() {
        return guarantee;
    }

    /** The one of that name. */
    public static Contenders named(String title) {
        return Arrays.stream(values())
                .filter(each -> each.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no '" + title + "', there are: "
                        + Arrays.stream(values()).map(Contenders::title).collect(Collectors.joining(", "))));
    }

    /** Starts it. */
    public Contender open(Setting setting) throws Exception {
        return factory.open(setting);
    }
}
