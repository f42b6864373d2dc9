package dev.troth.example.blog.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers one kind of request. */
@FunctionalInterface
public interface Endpoint {
    /** Answers now or later; whoever completes the stage may do so on any thread. */
    CompletionStage<Answer> handle(Request request) throws Exception;

    /** An endpoint that has its answer when it returns. */
    static Endpoint of(Immediate immediate) {
        return request -> CompletableFuture.completedFuture(immediate.handle(request));
    }

    /** Answers at once. */
    @FunctionalInterface
    interface Immediate {
        /** Answers. */
        Answer handle(Request request) throws Exception;
    }
}
