package dev.troth.example.guide;

import dev.troth.message.Kind;

// snippet
// the agreement between them: the kind travels, class names never do
@Kind("new-review")
record NewReview(long blogId, String text) {}
// end
