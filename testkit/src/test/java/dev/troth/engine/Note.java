package dev.troth.engine;

import dev.troth.message.Kind;

/** A command of the engine's tests. */
@Kind("note")
record Note(String text) {}
