/** The coordinator's side: runs transactions that this instance started. */
@NullMarked
package dev.troth.engine.twophase;

import org.jspecify.annotations.NullMarked;
