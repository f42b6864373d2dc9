package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SampleTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger source = new AtomicInteger(1);
    private final Sample<Integer> sample = new Sample<>(
            "a number",
            () -> {
                if (source.get() < 0) {
                    throw new IllegalStateException("the database is away");
                }
                return source.get();
            },
            now::get,
            Duration.ofNanos(30));

    @Test
    void what_was_said_is_known_until_it_is_too_old() {
        assertThat(sample.latest()).isEmpty();

        sample.take();

        now.set(30);
        assertThat(sample.latest()).contains(1);
        now.set(31);
        assertThat(sample.latest()).isEmpty();
    }

    @Test
    void what_could_not_be_said_is_not_known_until_it_can() {
        sample.take();
        source.set(-1);
        sample.take();
        assertThat(sample.latest()).isEmpty();

        source.set(2);
        sample.take();

        assertThat(sample.latest()).contains(2);
    }
}
