package dev.troth.spring;

import dev.troth.message.Retry;
import dev.troth.spring.BeanMethods.Found;
import dev.troth.spring.HandlerProperties.OfSubscriber;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** How a subscriber tries again: by its properties, else by what its methods' annotations say, which must agree. */
final class Retries {
    private static final int ATTEMPTS = Retry.DEFAULT.attempts();
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Retries() {}

    static Retry of(List<Found<TrothListener>> methods, OfSubscriber settings, Names names) {
        int attempts = or(
                settings.attempts(),
                () -> said(methods, "attempts", each -> {
                    int number = each.annotation().attempts();
                    return number == 0 ? "" : Integer.toString(number);
                }),
                Integer::valueOf,
                ATTEMPTS);
        Duration longest = or(
                settings.longestPause(),
                () -> said(
                        methods,
                        "longestPause",
                        each -> names.resolve(each.annotation().longestPause(), each.method())),
                DurationStyle::detectAndParse,
                LONGEST);
        Duration first = or(
                settings.firstPause(),
                () -> said(
                        methods,
                        "firstPause",
                        each -> names.resolve(each.annotation().firstPause(), each.method())),
                DurationStyle::detectAndParse,
                FIRST.compareTo(longest) < 0 ? FIRST : longest);
        Retry retry = first.isZero() ? Retry.immediately(attempts) : Retry.exponential(first, longest, attempts);
        for (Found<TrothListener> each : methods) {
            for (Class<? extends Throwable> type : each.annotation().butNotOn()) {
                retry = retry.butNotOn(type);
            }
        }
        return retry;
    }

    private static <T> T or(@Nullable T property, Supplier<String> annotation, Function<String, T> parse, T otherwise) {
        if (property != null) {
            return property;
        }
        String said = annotation.get();
        return said.isEmpty() ? otherwise : parse.apply(said);
    }

    /** What those say that say something. */
    private static String said(
            List<Found<TrothListener>> methods, String attribute, Function<Found<TrothListener>, String> value) {
        Set<String> all = new LinkedHashSet<>();
        methods.forEach(each -> all.add(value.apply(each)));
        all.remove("");
        if (all.size() > 1) {
            throw new HandlerException(
                    methods.get(0).method() + " and others of the same subscriber say different " + attribute + ": "
                            + String.join(", ", all) + ".",
                    "Say it at one of them: it belongs to the subscriber.");
        }
        return all.isEmpty() ? "" : all.iterator().next();
    }
}
