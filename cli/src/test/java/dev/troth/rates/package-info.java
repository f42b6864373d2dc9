/** How fast messages go, beside what they are measured by. */
@NullMarked
package dev.troth.rates;

import org.jspecify.annotations.NullMarked;
