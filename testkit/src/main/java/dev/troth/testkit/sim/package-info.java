/**
 * The deterministic simulator: the real engine on virtual time, over a simulated broker and simulated databases, with faults. One
 * seed is one history, bit for bit.
 */
@NullMarked
package dev.troth.testkit.sim;

import org.jspecify.annotations.NullMarked;
