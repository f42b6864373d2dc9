package dev.troth.spring;

import dev.troth.spi.UnfitStoreException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do about a database that Troth cannot use as it is: no tables, no rights, nothing that could be prepared. */
final class StoreFailureAnalyzer extends AbstractFailureAnalyzer<UnfitStoreException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnfitStoreException cause) {
        String action = cause.lack() == UnfitStoreException.Lack.TABLES
                ? cause.remedy()
                        + " In a Spring Boot service, put the script where Flyway or Liquibase find theirs, or while developing add"
                        + " troth.tables=create to application.properties."
                : cause.remedy();
        return new FailureAnalysis(cause.problem(), action, cause);
    }
}
