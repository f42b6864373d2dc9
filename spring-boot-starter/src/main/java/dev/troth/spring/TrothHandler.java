package dev.troth.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a bean that does a participant's part: it takes a command, whose type has a {@link dev.troth.message.Kind}, and perhaps the
 * {@link dev.troth.tx.Branch}; what it returns travels back with the yes. Methods of one participant may be in several beans.
 *
 * <pre>{@code
 * @TrothHandler("review")
 * String review(NewReview review) {
 *     if (review.text().isBlank()) {
 *         throw new RefusedException("a review needs a text"); // a no, with its reason
 *     }
 *     return "review " + reviews.insert(review);           // JdbcTemplate, JPA, MyBatis
 * }
 * }</pre>
 *
 * <p>While it runs, the branch's connection is that of the current transaction of the participant's data source, for {@code JdbcTemplate},
 * {@code JdbcClient}, JPA with Hibernate and MyBatis. A {@code @Transactional} method that it calls takes part;
 * {@code REQUIRES_NEW} begins a local transaction of its own, which is no part of the branch and stays when the branch rolls back. What is
 * thrown makes the branch vote no, a checked exception too, and so does {@code setRollbackOnly()}. When it has returned, the hooks before the
 * commit run, JPA is flushed, and the branch is prepared.
 *
 * <p>{@link TrothTemplate#publish(Object)} in it, where the outbox is in its data source, sends if the branch commits; nobody can be enlisted.
 *
 * <p>The decision comes later, and may be carried out by another instance. So hooks after the commit, as those of
 * {@code @TransactionalEventListener}, do not run; hooks after the completion are told {@code STATUS_UNKNOWN}, or that it has rolled back.
 * Entities that it changes must not be in a second-level cache, which would know too early or too late.
 *
 * <p>It runs on a thread of Troth's, several at once, on a singleton and through its proxy. Its participant is in the primary data source
 * unless {@code troth.participants.<name>.data-source} names another one. A mistake in its declaration is an error at the start.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TrothHandler {
    /** The participant's name, under which others enlist it; may have placeholders: {@code ${…}}. */
    String value();
}
