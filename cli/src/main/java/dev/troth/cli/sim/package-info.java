/** Shows how simulated histories go. */
@NullMarked
package dev.troth.cli.sim;

import org.jspecify.annotations.NullMarked;
