package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Payload;
import dev.troth.spi.Codec;
import dev.troth.spi.CodecException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Codec} keeps. Extend it and give the codec:
 *
 * <pre>{@code
 * class JsonCodecTest extends CodecContract {
 *     @Override
 *     protected Codec codec() {
 *         return new JsonCodec();
 *     }
 * }
 * }</pre>
 */
public abstract class CodecContract {
    private static final int RANDOM_BODIES = 2_000;
    private static final int LONGEST_RANDOM_BODY = 64;
    private static final int TOO_DEEP = 100_000;

    /** A new codec. */
    protected abstract Codec codec();

    /** One field of every kind that a command may have. */
    public record Everything(
            int whole,
            long large,
            double fraction,
            boolean yes,
            String text,
            Color color,
            BigDecimal money,
            BigInteger huge,
            UUID id,
            Instant instant,
            LocalDate day,
            OffsetDateTime local,
            Duration duration,
            Optional<String> present,
            Optional<String> absent,
            List<Point> points,
            Map<String, Integer> counts,
            Set<Color> colors,
            Nested nested) {}

    /** An enumeration. */
    public enum Color {
        /** One. */
        RED,
        /** Another. */
        GREEN
    }

    /** A small record. */
    public record Point(int x, int y) {}

    /** The same kind in a later version. */
    public record WiderPoint(int x, int y, String label, List<Point> history) {}

    /** A record with a record, and no more. */
    public record Nested(Point point) {}

    /** A command without fields. */
    public record Empty() {}

    /** Bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by its array only
    public record Bytes(byte[] bytes) {}

    /** Contains itself, as deeply as somebody likes. */
    public record Chain(@Nullable Chain next) {}

    /** Has two shapes, and nothing that says which. */
    public sealed interface Shape permits Circle, Square {}

    /** A shape. */
    public record Circle(int radius) implements Shape {}

    /** A shape. */
    public record Square(int side) implements Shape {}

    /** Holds any value. */
    public record Holder(Object value) {}

    /** Holds text where {@link Point} has a number. */
    public record TextPoint(String x, int y) {}

    /** Holds a fraction where {@link Point} has a whole number. */
    public record FractionPoint(double x, int y) {}

    /** Holds a number too large for {@link Point}. */
    public record LargePoint(long x, int y) {}

    /** Lacks a field of {@link Point}. */
    public record HalfPoint(int x) {}

    /** Cannot be written. */
    public record Broken(int x) {
        /** Fails. */
        @Override
        public int x() {
            throw new IllegalStateException("no x");
        }
    }

    /** Has numbers of every size. */
    public record Sizes(byte b, short s, int i, long l) {}

    /** Has numbers that are too large for {@link Sizes}. */
    public record Oversizes(int b, int s, long i, BigInteger l) {}

    private static Everything everything() {
        return new Everything(
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                0.1,
                true,
                "é 🎈 \u0000 \" \\ \n",
                Color.GREEN,
                new BigDecimal("12345678901234567890.10"),
                BigInteger.TWO.pow(200),
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Instant.parse("2026-02-28T23:59:59.123456789Z"),
                LocalDate.parse("2026-02-28"),
                OffsetDateTime.parse("2026-02-28T23:59:59.000000001+05:30"),
                Duration.ofNanos(90_000_000_001L),
                Optional.of("here"),
                Optional.empty(),
                List.of(new Point(1, -1), new Point(0, 0)),
                Map.of("one", 1, "", 0),
                Set.of(Color.RED),
                new Nested(new Point(3, 4)));
    }

    @Test
    void every_kind_of_field_survives() {
        assertThat(copy(everything(), Everything.class)).isEqualTo(everything());
    }

    @Test
    void bytes_and_empty_records_survive() {
        byte[] all = new byte[256];
        IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);

        assertThat(copy(new Bytes(all), Bytes.class).bytes()).isEqualTo(all);
        assertThat(copy(new Empty(), Empty.class)).isEqualTo(new Empty());
        assertThat(copy("text alone", String.class)).isEqualTo("text alone");
        assertThat(copy(42L, Long.class)).isEqualTo(42L);
    }

    @Test
    void unknown_fields_are_ignored() {
        WiderPoint wider = new WiderPoint(1, 2, "label", List.of(new Point(3, 4)));

        assertThat(copy(wider, Point.class)).isEqualTo(new Point(1, 2));
    }

    @Test
    void the_content_type_fits_a_payload() {
        String contentType = codec().contentType();

        assertThatCode(() -> new Payload("kind", contentType, new byte[0])).doesNotThrowAnyException();
        assertThat(codec().contentType()).isEqualTo(contentType);
    }

    @Test
    void class_names_do_not_travel() {
        String written = new String(codec().write(new Holder(new Circle(1))), StandardCharsets.ISO_8859_1);

        assertThat(written).doesNotContain("troth").doesNotContain("Circle").doesNotContain("Holder");
        refused(codec().write(new Circle(1)), Shape.class);
        assertThat(copy(new Holder(new Circle(1)), Holder.class).value()).isNotInstanceOf(Shape.class);
    }

    @Test
    void values_of_another_type_are_refused_and_not_bent() {
        refused(codec().write(new TextPoint("1", 2)), Point.class);
        refused(codec().write(new TextPoint("", 2)), Point.class);
        refused(codec().write(new FractionPoint(1.5, 2)), Point.class);
        refused(codec().write(new LargePoint(1L << 40, 2)), Point.class);
        refused(codec().write(new HalfPoint(1)), Point.class);
        refused(codec().write("text"), Point.class);
        refused(codec().write(List.of(1, 2)), Point.class);
        refused(codec().write(new Point(1, 2)), String.class);
        refused(codec().write(Optional.empty()), Point.class);
    }

    @Test
    void numbers_that_do_not_fit_are_refused_and_not_cut() {
        BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
        Sizes fits = new Sizes(Byte.MIN_VALUE, Short.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE);

        assertThat(copy(fits, Sizes.class)).isEqualTo(fits);
        refused(codec().write(new Oversizes(Byte.MIN_VALUE - 1, 0, 0, BigInteger.ZERO)), Sizes.class);
        refused(codec().write(new Oversizes(0, Short.MAX_VALUE + 1, 0, BigInteger.ZERO)), Sizes.class);
        refused(codec().write(new Oversizes(0, 0, Integer.MAX_VALUE + 1L, BigInteger.ZERO)), Sizes.class);
        refused(codec().write(new Oversizes(0, 0, 0, most.add(BigInteger.ONE))), Sizes.class);
        refused(codec().write(new Oversizes(0, 0, 0, BigInteger.TWO.pow(64))), Sizes.class);
    }

    @Test
    void every_truncation_is_refused() {
        byte[] whole = codec().write(everything());

        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length), Everything.class);
        }
    }

    @Test
    void nothing_may_follow_the_value() {
        byte[] point = codec().write(new Point(1, 2));
        byte[] twice = Arrays.copyOf(point, point.length * 2);
        System.arraycopy(point, 0, twice, point.length, point.length);

        refused(twice, Point.class);
    }

    @Test
    void random_bytes_are_a_value_or_refused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Codec codec = codec();
        byte[] valid = codec.write(everything());
        for (int i = 0; i < RANDOM_BODIES; i++) {
            byte[] body = i % 2 == 0 ? randomBytes(random) : damaged(valid, random);
            for (Class<?> type : List.of(Everything.class, Holder.class, String.class, Chain.class)) {
                try {
                    assertThat(codec.read(body, type)).isNotNull();
                } catch (CodecException expected) {
                    assertThat(expected).hasMessageContaining(type.getName());
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("seed " + seed + ", body " + Arrays.toString(body) + " as " + type, e);
                }
            }
        }
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(LONGEST_RANDOM_BODY)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] damaged(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return bytes;
    }

    @Test
    void nesting_without_end_is_refused() {
        byte[] one = codec().write(List.of(List.of(1)));
        byte[] two = codec().write(List.of(List.of(List.of(1))));
        byte[] deep = nested(one, two);

        refused(deep, Object.class);
        refused(deep, Chain.class);
    }

    /** Guesses how a list is opened and closed from two lists of which one has a level more. */
    private static byte[] nested(byte[] less, byte[] more) {
        int closing = more.length - less.length - 1;
        byte[] opening = new byte[TOO_DEEP];
        Arrays.fill(opening, more[0]);
        byte[] result = Arrays.copyOf(opening, TOO_DEEP * (1 + closing) + 1);
        result[TOO_DEEP] = more[3];
        Arrays.fill(result, TOO_DEEP + 1, result.length, more[more.length - 1]);
        return result;
    }

    @Test
    void what_cannot_be_written_says_so() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);

        for (Object value : List.of(new Broken(1), new Holder(new Broken(1)), itself)) {
            assertThatThrownBy(() -> codec().write(value))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining(value.getClass().getName());
        }
    }

    @Test
    void threads_may_share_a_codec() {
        Codec shared = codec();

        List<Integer> read = IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(i -> shared.read(shared.write(new Point(i, -i)), Point.class))
                .map(point -> point.x() + point.y())
                .distinct()
                .toList();

        assertThat(read).containsExactly(0);
    }

    private <T> T copy(Object value, Class<T> type) {
        return codec().read(codec().write(value), type);
    }

    private void refused(byte[] bytes, Class<?> type) {
        assertThatThrownBy(() -> codec().read(bytes, type))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(type.getName())
                .hasMessageContaining(bytes.length + " bytes");
    }
}
