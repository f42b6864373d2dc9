/** The participant's rules: when a branch may start, what it votes, whom it asks when it hears nothing. */
@NullMarked
package dev.troth.protocol.participant;

import org.jspecify.annotations.NullMarked;
