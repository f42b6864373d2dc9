/** The command line: {@code troth demo}, {@code blog}, {@code review}, {@code doctor}, {@code version}. */
@NullMarked
package dev.troth.cli;

import org.jspecify.annotations.NullMarked;
