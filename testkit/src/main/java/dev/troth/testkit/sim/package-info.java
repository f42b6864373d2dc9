/**
 * The deterministic simulator: the real engine on virtual time, over a simulated broker and simulated databases, with faults. One
 * seed is one history, bit for bit.
 *
 * <p>It tests Troth itself. It is here to be run and read ({@code troth sim}), not to be built upon: it may change with every release.
 */
@NullMarked
package dev.troth.testkit.sim;

import org.jspecify.annotations.NullMarked;
