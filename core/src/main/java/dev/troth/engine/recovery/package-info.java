/** Finishes what crashes left: sends owed decisions again, sweeps prepared branches, purges. */
@NullMarked
package dev.troth.engine.recovery;

import org.jspecify.annotations.NullMarked;
