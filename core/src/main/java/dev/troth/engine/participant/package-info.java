/** The participant's side: runs branches. */
@NullMarked
package dev.troth.engine.participant;

import org.jspecify.annotations.NullMarked;
