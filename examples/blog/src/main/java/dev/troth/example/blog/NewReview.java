package dev.troth.example.blog;

import dev.troth.message.Kind;

/**
 * What the blog service asks of the review service.
 *
 * @param blogId the blog that is reviewed
 * @param title its title
 * @param body the review
 */
@Kind("new-review")
record NewReview(long blogId, String title, String body) {
    /** What the first review of a blog says. */
    static String first(long blogId) {
        return "Initial review for blog " + blogId;
    }
}
