/** What Troth needs from brokers, databases and codecs. Each interface has a contract in troth-testkit. */
@NullMarked
package dev.troth.spi;

import org.jspecify.annotations.NullMarked;
