/**
 * Two services that write both or neither: a blog, and reviews in another service's database. {@link
 * dev.troth.example.blog.BlogService} and {@link dev.troth.example.blog.ReviewService} show what users of Troth write; the rest is
 * what any such service has: SQL, HTTP, a pool.
 */
@NullMarked
package dev.troth.example.blog;

import org.jspecify.annotations.NullMarked;
