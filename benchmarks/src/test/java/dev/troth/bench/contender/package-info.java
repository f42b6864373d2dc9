/** Those who are measured. */
@NullMarked
package dev.troth.bench.contender;

import org.jspecify.annotations.NullMarked;
