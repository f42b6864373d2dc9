package dev.troth.rabbitmq.toolbox;

import dev.troth.protocol.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Limits that AMQP and RabbitMQ set to names, keys, times and numbers; what breaks them is refused before it is sent. */
final class Names {
    private static final int MAX_SHORT = 255;
    private static final long MAX_MILLIS = 315_360_000_000L; // rabbit_misc:check_expiry, ten years

    private Names() {}

    /** The name of a queue or exchange that may be declared. */
    static String declared(String what, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "A " + what + " needs a name. Names made by the broker are not supported,"
                            + " because nobody would know them after a lost connection.");
        }
        if (name.startsWith("amq.")) {
            throw new IllegalArgumentException(
                    "'" + Text.quote(name) + "' starts with 'amq.', which the broker keeps for itself.");
        }
        return shortText(what + " name", name);
    }

    /** A text that AMQP limits to 255 bytes, without control characters. */
    static String shortText(String what, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SHORT) {
            throw new IllegalArgumentException("A " + what + " has at most 255 bytes in UTF-8, this one has " + bytes
                    + ": '" + Text.quote(text) + "'");
        }
        if (Text.hasControls(text)) {
            throw new IllegalArgumentException("A " + what + " has no control characters: '" + Text.quote(text) + "'");
        }
        return text;
    }

    /** A time as RabbitMQ counts it: whole milliseconds, at most ten years. */
    static long millis(String what, Duration time, long least) {
        if (time.isNegative() || time.compareTo(Duration.ofMillis(MAX_MILLIS)) > 0 || time.toMillis() < least) {
            throw new IllegalArgumentException(
                    what + " is between " + least + " ms and " + MAX_MILLIS + " ms (ten years): " + time);
        }
        return time.toMillis();
    }

    /** A number in its bounds. */
    static long within(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is between " + least + " and " + most + ": " + value);
        }
        return value;
    }
}
