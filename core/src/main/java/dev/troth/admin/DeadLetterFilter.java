package dev.troth.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * Which dead letters are meant. Immutable; every method returns a changed copy.
 *
 * <pre>{@code
 * DeadLetterFilter.kept().withKind("blog-submitted").withText("duplicate key").since(midnight)
 * }</pre>
 *
 * @param state in which state
 * @param kind only of that kind
 * @param failureClass only with a last failure of that class
 * @param key only with that key
 * @param text only with that text in the reason, in upper or lower case
 * @param since only those that were kept then or later
 * @param before only those that were kept before then
 */
public record DeadLetterFilter(
        DeadLetterState state,
        Optional<String> kind,
        Optional<String> failureClass,
        Optional<String> key,
        Optional<String> text,
        Optional<Instant> since,
        Optional<Instant> before) {

    /** All that are kept. */
    public static DeadLetterFilter kept() {
        return in(DeadLetterState.KEPT);
    }

    /** All that are in that state. */
    public static DeadLetterFilter in(DeadLetterState state) {
        return new DeadLetterFilter(
                state,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Those of that group that are kept. */
    public static DeadLetterFilter of(DeadLetterGroup group) {
        return kept().withKind(group.kind()).withFailureClass(group.failureClass());
    }

    /** Only of that kind. */
    public DeadLetterFilter withKind(String value) {
        return new DeadLetterFilter(state, Optional.of(value), failureClass, key, text, since, before);
    }

    /** Only with a last failure of that class. */
    public DeadLetterFilter withFailureClass(String value) {
        return new DeadLetterFilter(state, kind, Optional.of(value), key, text, since, before);
    }

    /** Only with that key. */
    public DeadLetterFilter withKey(String value) {
        return new DeadLetterFilter(state, kind, failureClass, Optional.of(value), text, since, before);
    }

    /** Only with that text in the reason, in upper or lower case. */
    public DeadLetterFilter withText(String value) {
        return new DeadLetterFilter(state, kind, failureClass, key, Optional.of(value), since, before);
    }

    /** Only those that were kept then or later. */
    public DeadLetterFilter since(Instant value) {
        return new DeadLetterFilter(state, kind, failureClass, key, text, Optional.of(value), before);
    }

    /** Only those that were kept before then. */
    public DeadLetterFilter before(Instant value) {
        return new DeadLetterFilter(state, kind, failureClass, key, text, since, Optional.of(value));
    }
}
