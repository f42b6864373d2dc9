package dev.troth.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong and what to change, instead of a stack trace of Spring's. */
final class HandlerFailureAnalyzer extends AbstractFailureAnalyzer<HandlerException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, HandlerException cause) {
        return new FailureAnalysis(cause.wrong(), cause.remedy(), cause);
    }
}
