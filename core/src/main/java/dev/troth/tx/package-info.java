/** The nouns of a transaction: work, branch, answer, refusal, and the exceptions by what the caller knows. */
@NullMarked
package dev.troth.tx;

import org.jspecify.annotations.NullMarked;
