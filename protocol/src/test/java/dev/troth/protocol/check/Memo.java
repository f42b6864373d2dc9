package dev.troth.protocol.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** A function of small numbers that is worked out once for each. */
final class Memo<T> {
    private final IntFunction<T> function;
    private final List<Optional<T>> known = new ArrayList<>();

    Memo(IntFunction<T> function) {
        this.function = function;
    }

    T of(int number) {
        while (known.size() <= number) {
            known.add(Optional.empty());
        }
        Optional<T> value = known.get(number);
        if (value.isEmpty()) {
            value = Optional.of(function.apply(number));
            known.set(number, value);
        }
        return value.get();
    }
}
