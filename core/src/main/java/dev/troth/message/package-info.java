/** What travels: envelopes, deliveries and the names of kinds. */
@NullMarked
package dev.troth.message;

import org.jspecify.annotations.NullMarked;
