package dev.troth.example.guide;

import dev.troth.message.Kind;

// snippet
@Kind("blog.submitted") // also the topic: words with dots between them
record BlogSubmitted(long blogId, String title) {}
// end
