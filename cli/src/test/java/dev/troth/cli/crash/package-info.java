/** kill -9 of real service processes at every named point. */
@NullMarked
package dev.troth.cli.crash;

import org.jspecify.annotations.NullMarked;
