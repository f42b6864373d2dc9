/**
 * The torture run: money moves among banks with databases of their own, over a cluster of brokers, while everything is killed,
 * stopped, frozen and cut; afterwards the books of the banks must agree with what their clients saw.
 */
@NullMarked
package dev.troth.torture;

import org.jspecify.annotations.NullMarked;
