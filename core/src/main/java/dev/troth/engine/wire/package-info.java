/** Protocol messages as envelopes, and the one place that sends them. */
@NullMarked
package dev.troth.engine.wire;

import org.jspecify.annotations.NullMarked;
