/** What the runs against real processes have in common: waiting, looking for what is left over, writing results. */
@NullMarked
package dev.troth.cli.harness;

import org.jspecify.annotations.NullMarked;
