/** The producer's side of events: writes them with the data, and sends them after the commit. */
@NullMarked
package dev.troth.engine.relay;

import org.jspecify.annotations.NullMarked;
