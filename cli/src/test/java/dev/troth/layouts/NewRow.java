package dev.troth.layouts;

import dev.troth.message.Kind;

/** A row for the other database. */
@Kind("new-row")
record NewRow(long id, String body) {}
