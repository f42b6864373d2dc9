/** The crash matrix: every fault at every point of a transaction between two services, as real processes. */
@NullMarked
package dev.troth.cli.matrix;

import org.jspecify.annotations.NullMarked;
