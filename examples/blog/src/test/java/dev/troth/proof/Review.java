package dev.troth.proof;

import dev.troth.message.Kind;

/** A command of the proofs. */
@Kind("review")
record Review(long id, String body) {}
