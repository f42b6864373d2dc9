package dev.troth.example.blog;

import dev.troth.message.Kind;

/**
 * A blog was committed: whoever wants to know is told afterwards.
 *
 * @param blogId the blog
 * @param title its title
 */
@Kind("blog.submitted")
record BlogSubmitted(long blogId, String title) {}
