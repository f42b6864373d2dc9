package dev.troth.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a bean that does something with an event or a command, which it takes, perhaps with the {@link dev.troth.message.Incoming};
 * it returns nothing. Methods of one subscriber may be in several beans.
 *
 * <pre>{@code
 * @TrothListener("notes")
 * void note(BlogSubmitted blog) {
 *     notes.save(new Note(blog.title())); // JdbcTemplate, JPA, MyBatis
 * }
 * }</pre>
 *
 * <p>Every message is applied once: the current transaction of the subscriber's data source, in which the method works, also notes the
 * message's id, and the message is acknowledged after its commit. What is thrown rolls it back, a checked exception too, and the
 * message comes again as the attributes say; after the last attempt it is kept as a dead letter, and after a
 * {@link dev.troth.tx.RefusedException} at once. Hooks after the commit run; when one of them fails, that is logged, and the message stays
 * applied. {@code REQUIRES_NEW} begins another transaction, which may happen more than once.
 *
 * <p>Where its data source is that of the decision log, {@link TrothTemplate} enlists and publishes in its transaction.
 *
 * <p>What belongs to the subscriber and not to one method may be said at any of them, or by {@code troth.subscribers.<name>.*}, which
 * outdoes the annotations. A mistake in its declaration is an error at the start.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TrothListener {
    /** The subscriber's name: instances that share it share its messages; may have placeholders: {@code ${…}}. */
    String value();

    /**
     * The kinds that are read as the parameter's type, as {@link dev.troth.message.TopicPattern}; that type's own kind if there are none. Of several that
     * mean a message, one without wildcards comes first, then one with {@code *}, then one with {@code #}.
     */
    String[] topics() default {};

    /** Whether messages of the same key are applied one after the other; see {@link dev.troth.Subscriber#inOrder()}. */
    boolean inOrder() default false;

    /** How often a message is tried in all; 8 if it is 0. */
    int attempts() default 0;

    /** The pause before the second attempt, which then doubles, as {@code 500ms}; 1 second if it is empty. */
    String firstPause() default "";

    /** The longest pause, as {@code 10m}; 1 minute if it is empty. */
    String longestPause() default "";

    /** Failures, or causes of failures, after which a message is not tried again. */
    Class<? extends Throwable>[] butNotOn() default {};
}
