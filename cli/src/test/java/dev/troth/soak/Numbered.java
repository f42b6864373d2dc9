package dev.troth.soak;

import dev.troth.message.Kind;

/** An event: the so many-th of its key, from 1, without a gap. */
@Kind("soak.numbered")
record Numbered(String key, long number, String text) {}
