package dev.troth.example.blog;

import dev.troth.example.blog.web.Problem;
import dev.troth.example.blog.web.ProblemException;
import dev.troth.example.blog.web.Request;

/** What whoever submits a blog is promised of its first review. */
enum Consistency {
    /** Both are written, or neither. */
    ATOMIC,
    /** The blog is written now, the review later, once; and if it is refused, the blog stays. */
    EVENTUAL;

    /** What the query of the request says; atomic if it says nothing. */
    static Consistency of(Request request) {
        String word = request.query("consistency").orElse("atomic");
        return switch (word) {
            case "atomic" -> ATOMIC;
            case "eventual" -> EVENTUAL;
            default ->
                throw new ProblemException(Problem.of(
                        400,
                        "bad-request",
                        "Bad query",
                        "The consistency is atomic, which it is without being said, or eventual. Nothing was done."));
        };
    }
}
