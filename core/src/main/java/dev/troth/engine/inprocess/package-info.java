/** Carries envelopes within one JVM: a bus of mailboxes, without a broker and without durability. */
@NullMarked
package dev.troth.engine.inprocess;

import org.jspecify.annotations.NullMarked;
