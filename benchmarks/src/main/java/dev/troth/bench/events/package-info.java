/** How fast events go from one database over the broker into another, beside what they are measured by. */
@NullMarked
package dev.troth.bench.events;

import org.jspecify.annotations.NullMarked;
