/**
 * The soak run: numbered events of many keys go from the writers' database over a broker into the reader's, while everything is killed,
 * stopped, frozen and cut; afterwards each has been applied once, in the order of its key.
 */
@NullMarked
package dev.troth.soak;

import org.jspecify.annotations.NullMarked;
