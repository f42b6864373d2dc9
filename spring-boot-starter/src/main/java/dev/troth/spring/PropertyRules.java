package dev.troth.spring;

import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.validation.Errors;

/** What the values of {@code troth.*} have to be. */
final class PropertyRules {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,23}");
    private static final Pattern PREFIX = Pattern.compile("(?!amq\\.)[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,99}");

    private final Errors errors;

    private PropertyRules(Errors errors) {
        this.errors = errors;
    }

    static void check(TrothProperties given, Errors errors) {
        new PropertyRules(errors).check(given);
    }

    private void check(TrothProperties given) {
        if (given.service() != null && !NAME.matcher(given.service()).matches()) {
            reject("service", "is a lower-case letter and up to 23 lower-case letters, digits or dashes");
        }
        between("timeout", given.timeout(), Duration.ofMillis(1), Duration.ofHours(1));
        atLeast("concurrency", given.concurrency(), 1);
        atLeast("waiting", given.waiting(), 0);
        long bytes = given.payloadLimit().toBytes();
        if (bytes < 1 || bytes > 512L << 20) {
            reject("payloadLimit", "is between 1B and 512MB");
        }
        between("patience", given.patience(), Duration.ofMillis(10), Duration.ofMinutes(1));
        if (!PREFIX.matcher(given.rabbitmq().prefix()).matches()) {
            reject(
                    "rabbitmq.prefix",
                    "has 1 to 100 letters, digits, '_', '-' and '.', and does not start with '.' or 'amq.'");
        }
        between("rabbitmq.startTimeout", given.rabbitmq().startTimeout(), Duration.ofMillis(1), Duration.ofDays(1));
        between("health.inDoubtAfter", given.health().inDoubtAfter(), Duration.ofSeconds(1), Duration.ofDays(365));
        between("health.outboxAfter", given.health().outboxAfter(), Duration.ofSeconds(1), Duration.ofDays(365));
        between("metrics.interval", given.metrics().interval(), Duration.ofSeconds(1), Duration.ofHours(1));
    }

    private void between(String field, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            reject(field, "is between " + text(least) + " and " + text(most));
        }
    }

    /** In the largest unit that has a whole number of it, as it is written in properties. */
    private static String text(Duration value) {
        if (value.toHours() > 0) {
            return value.toDays() > 1 ? value.toDays() + "d" : value.toHours() + "h";
        }
        if (value.toSeconds() > 0) {
            return value.toMinutes() > 0 ? value.toMinutes() + "m" : value.toSeconds() + "s";
        }
        return value.toMillis() + "ms";
    }

    private void atLeast(String field, int value, int least) {
        if (value < least) {
            reject(field, "is at least " + least);
        }
    }

    private void reject(String field, String rule) {
        errors.rejectValue(field, "troth", "troth." + field + " " + rule);
    }
}
