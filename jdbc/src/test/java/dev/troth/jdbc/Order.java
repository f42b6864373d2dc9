package dev.troth.jdbc;

import dev.troth.message.Kind;

/** A message with which handlers are proved. */
@Kind("order")
record Order(String id, String product, int amount) {}
