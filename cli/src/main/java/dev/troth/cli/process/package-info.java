/** Services as processes: how one reports and takes orders, and how its parent starts, hears and kills it. */
@NullMarked
package dev.troth.cli.process;

import org.jspecify.annotations.NullMarked;
