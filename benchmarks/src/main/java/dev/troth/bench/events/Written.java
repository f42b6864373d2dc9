package dev.troth.bench.events;

import dev.troth.message.Kind;

/** An event of about 500 bytes. */
@Kind("row.written")
record Written(long id, String body) {}
