/** What grows when transactions go on and on. */
@NullMarked
package dev.troth.bench.endurance;

import org.jspecify.annotations.NullMarked;
