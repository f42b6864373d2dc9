/** What each layout of queues costs, side by side. */
@NullMarked
package dev.troth.layouts;

import org.jspecify.annotations.NullMarked;
