/** Tests of what ./dev bench tells of runs. Their lines are made up. */
@NullMarked
package dev.troth.bench.micro;

import org.jspecify.annotations.NullMarked;
