/** A small HTTP server on the JDK's own: routes, JSON, problems. It knows nothing of blogs. */
@NullMarked
package dev.troth.example.blog.web;

import org.jspecify.annotations.NullMarked;
