/** How values become bytes: JSON and MessagePack. */
@NullMarked
package dev.troth.codec;

import org.jspecify.annotations.NullMarked;
