/** The consumer's side of events: applies each once, tries again later, and keeps what cannot be applied. */
@NullMarked
package dev.troth.engine.consumer;

import org.jspecify.annotations.NullMarked;
