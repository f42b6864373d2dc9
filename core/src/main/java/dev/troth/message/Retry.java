package dev.troth.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a message that could not be applied is tried again. What a handler refuses ({@link dev.troth.tx.RefusedException}) and what cannot be
 * read is never tried again, whatever the policy. Immutable; every method returns a changed copy.
 *
 * <pre>{@code
 * Retry.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10), 12).butNotOn(MalformedOrderException.class)
 * }</pre>
 */
public final class Retry {
    private static final Duration MAX_PAUSE = Duration.ofDays(30);
    private static final int MAX_CAUSES = 20;

    /** One second, two, four and so on, a minute at most, eight attempts in all. */
    public static final Retry DEFAULT = exponential(Duration.ofSeconds(1), Duration.ofMinutes(1), 8);

    private final Duration first;
    private final Duration longest;
    private final boolean doubling;
    private final int attempts;
    private final List<Class<? extends Throwable>> only;
    private final List<Class<? extends Throwable>> never;

    private Retry(
            Duration first,
            Duration longest,
            boolean doubling,
            int attempts,
            List<Class<? extends Throwable>> only,
            List<Class<? extends Throwable>> never) {
        if (attempts < 1) {
            throw new IllegalArgumentException("A message is tried at least once, not " + attempts + " times");
        }
        if (first.isNegative() || longest.compareTo(first) < 0 || longest.compareTo(MAX_PAUSE) > 0) {
            throw new IllegalArgumentException("Pauses lie between zero and " + MAX_PAUSE.toDays()
                    + " days, the first not above the longest: " + first + ", " + longest);
        }
        this.first = first;
        this.longest = longest;
        this.doubling = doubling;
        this.attempts = attempts;
        this.only = List.copyOf(only);
        this.never = List.copyOf(never);
    }

    /** One attempt. */
    public static Retry none() {
        return fixed(Duration.ZERO, 1);
    }

    /** At once, so many attempts in all. */
    public static Retry immediately(int attempts) {
        return fixed(Duration.ZERO, attempts);
    }

    /** After the same pause each time, so many attempts in all. */
    public static Retry fixed(Duration pause, int attempts) {
        return new Retry(pause, pause, false, attempts, List.of(), List.of());
    }

    /**
     * After a pause that doubles, each time drawn between three quarters of it and five, so that what failed together does not come back
     * together.
     *
     * @param first the first pause, more than zero
     * @param longest no pause is longer, but for the jitter
     * @param attempts so many in all
     */
    public static Retry exponential(Duration first, Duration longest, int attempts) {
        if (first.isZero()) {
            throw new IllegalArgumentException("The first of pauses that double is more than zero");
        }
        return new Retry(first, longest, true, attempts, List.of(), List.of());
    }

    /** The same, but only after failures of this type, or caused by one; may be said several times. */
    public Retry onlyOn(Class<? extends Throwable> type) {
        return new Retry(first, longest, doubling, attempts, with(only, type), never);
    }

    /** The same, but never after failures of this type, or caused by one; may be said several times, and outdoes {@link #onlyOn}. */
    public Retry butNotOn(Class<? extends Throwable> type) {
        return new Retry(first, longest, doubling, attempts, only, with(never, type));
    }

    private static List<Class<? extends Throwable>> with(
            List<Class<? extends Throwable>> types, Class<? extends Throwable> type) {
        List<Class<? extends Throwable>> more = new ArrayList<>(types);
        more.add(type);
        return more;
    }

    /**
     * The pause before the next attempt, if there is to be one.
     *
     * @param failed how many attempts have failed, at least 1
     * @param failure the last failure
     * @param chance between 0 and 1
     */
    public Optional<Duration> pause(int failed, Throwable failure, double chance) {
        if (failed >= attempts || among(never, failure) || (!only.isEmpty() && !among(only, failure))) {
            return Optional.empty();
        }
        if (!doubling) {
            return Optional.of(first);
        }
        double doubled = first.toMillis() * Math.pow(2, failed - 1.0);
        double pause = Math.min(doubled, (double) longest.toMillis());
        return Optional.of(Duration.ofMillis((long) (pause * (0.75 + chance / 2))));
    }

    private static boolean among(List<Class<? extends Throwable>> types, Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) { // causes may form a circle
            Throwable one = each;
            each = each.getCause();
            if (types.stream().anyMatch(type -> type.isInstance(one))) {
                return true;
            }
        }
        return false;
    }

    /** How long all pauses together may be, if none is longer than so. */
    public Duration longestInAll(Duration each) {
        Duration all = Duration.ZERO;
        for (int failed = 1; failed < attempts && all.compareTo(MAX_PAUSE) < 0; failed++) {
            double pause = doubling ? first.toMillis() * Math.pow(2, failed - 1.0) : (double) first.toMillis();
            double longestOfAll =
                    Math.min(Math.min(pause, (double) longest.toMillis()) * 1.25, (double) each.toMillis());
            all = all.plusMillis((long) longestOfAll);
            if (longestOfAll == 0) {
                return all;
            }
        }
        return all;
    }

    /** How many attempts there are in all. */
    public int attempts() {
        return attempts;
    }
}
