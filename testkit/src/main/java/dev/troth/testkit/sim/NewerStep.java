package dev.troth.testkit.sim;

import dev.troth.message.Kind;

/**
 * A command that instances of an older version do not know yet, as while a new version is being rolled out.
 *
 * @param step what to do
 */
@Kind("newer-step")
record NewerStep(Step step) {}
