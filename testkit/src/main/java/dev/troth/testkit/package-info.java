/** Contracts that every store, transport and codec must obey, and what tests wait with. */
@NullMarked
package dev.troth.testkit;

import org.jspecify.annotations.NullMarked;
