/** The coordinator's rules: who is asked to prepare, when the decision is taken, who is owed it. */
@NullMarked
package dev.troth.protocol.coordinator;

import org.jspecify.annotations.NullMarked;
