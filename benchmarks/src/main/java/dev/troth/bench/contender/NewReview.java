package dev.troth.bench.contender;

import dev.troth.message.Kind;

/** The command to the participants. */
@Kind("new-review")
record NewReview(long blog, String content) {}
