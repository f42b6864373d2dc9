package dev.troth.spring;

import dev.troth.message.Kind;
import dev.troth.tx.RefusedException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The code of docs/spring.md. */
final class Guide {
    private Guide() {}

    @Kind("new-review")
    record NewReview(long blog, String text) {}

    @Kind("blog.submitted")
    record BlogSubmitted(long blog, String title) {}

    /** In the service of blogs. */
    @Component
    @SuppressWarnings("FutureReturnValueIgnored") // the transaction waits for the vote by itself
    static class Blogs {
        private final JdbcClient jdbc;
        private final TrothTemplate troth;

        Blogs(JdbcClient jdbc, TrothTemplate troth) {
            this.jdbc = jdbc;
            this.troth = troth;
        }

        // snippet
        @Transactional
        public void submit(long id, String title) {
            jdbc.sql("INSERT INTO blogs VALUES (?, ?)").param(id).param(title).update(); // this service's database
            troth.enlist("review", new NewReview(id, "first look")); // the database of the review service
            troth.publish(new BlogSubmitted(id, title)); // whoever listens, after the commit
        }
        // end
    }

    /** In the service of reviews. */
    @Component
    static class Reviews {
        private final JdbcClient jdbc;

        Reviews(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        // snippet
        @TrothHandler("review")
        public void review(NewReview review) {
            if (review.text().isBlank()) {
                throw new RefusedException("a review needs a text"); // a no: nothing is written anywhere
            }
            jdbc.sql("INSERT INTO reviews VALUES (?, ?)")
                    .param(review.blog())
                    .param(review.text())
                    .update();
        }

        @TrothListener("search")
        public void index(BlogSubmitted blog) {
            jdbc.sql("INSERT INTO titles VALUES (?, ?)")
                    .param(blog.blog())
                    .param(blog.title())
                    .update(); // once, however often the event is delivered
        }
        // end
    }
}
