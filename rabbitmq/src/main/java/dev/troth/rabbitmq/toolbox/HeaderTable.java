package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.LongString;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tables of headers and arguments, of the types that AMQP knows. */
final class HeaderTable {
    private static final List<Class<?>> IMMUTABLE = List.of(
            String.class,
            LongString.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class);

    private static final int MAX_BYTES = 64 << 10; // AMQP wants all headers in one frame, 128 KiB as a rule
    private static final int MAX_DEPTH = 32; // of lists and maps in each other; one that contains itself has no end
    private static final int MAX_SCALE = 255; // of AMQP's decimals: an octet, and 32 bits with the sign
    private static final int MAX_BITS = 31;

    private HeaderTable() {}

    /** A sorted copy that nobody changes, down to the last list in it, of what the client library can write. */
    static Map<String, Object> copy(String what, Map<String, ?> table) {
        Map<String, Object> copy = table(what, "", table, 0);
        if (size(copy) > MAX_BYTES) {
            throw new IllegalArgumentException("All " + what + "s of one message together are at most " + MAX_BYTES
                    + " bytes: " + copy.keySet() + ". Put the rest into the body.");
        }
        return copy;
    }

    private static Map<String, Object> table(String what, String path, Map<?, ?> table, int depth) {
        Map<String, Object> copy = new TreeMap<>();
        table.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException("AMQP has names of text only, and in the " + what + " '" + path
                        + "' there is one of " + type(key) + ". Use a map from text.");
            }
            Names.shortText(what + " name", name);
            copy.put(name, value(what, path.isEmpty() ? name : path + '.' + name, value, depth));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static List<Object> list(String what, String path, List<?> list, int depth) {
        List<Object> copy = new ArrayList<>();
        for (Object each : list) {
            copy.add(value(what, path + '[' + copy.size() + ']', each, depth));
        }
        return Collections.unmodifiableList(copy);
    }

    private static Object value(String what, String path, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("Lists and maps in a " + what + " are at most " + MAX_DEPTH
                    + " levels deep: '" + path + "'. Put them into the body.");
        }
        if (value instanceof Map<?, ?> table) {
            return table(what, path, table, depth + 1);
        }
        if (value instanceof List<?> list) {
            return list(what, path, list, depth + 1);
        }
        if (value instanceof BigDecimal number) {
            return decimal(what, path, number);
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        if (value instanceof Date date) {
            return copy(date);
        }
        if (value == null || IMMUTABLE.stream().noneMatch(type -> type.isInstance(value))) {
            throw new IllegalArgumentException("AMQP has no type for the " + what + " '" + path + "' of " + type(value)
                    + ". Use text, numbers, booleans, java.util.Date, byte[], lists or maps.");
        }
        return value;
    }

    @SuppressWarnings("JavaUtilDate") // the client library's type for a time; java.sql.Date has no toInstant()
    private static Date copy(Date date) {
        return (Date) date.clone();
    }

    private static BigDecimal decimal(String what, String path, BigDecimal number) {
        if (number.scale() < 0
                || number.scale() > MAX_SCALE
                || number.unscaledValue().bitLength() > MAX_BITS) {
            throw new IllegalArgumentException(
                    "AMQP's decimals have at most 255 places and 32 bits with all of them, so none is the " + what
                            + " '" + path + "' with scale " + number.scale() + " and "
                            + number.unscaledValue().bitLength() + " bits. Use text or a double.");
        }
        return number;
    }

    private static String type(@Nullable Object value) {
        return value == null ? "null" : "class " + value.getClass().getName();
    }

    /** About so many bytes on the wire. */
    private static long size(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .mapToLong(each -> size(String.valueOf(each.getKey())) + size(each.getValue()))
                    .sum();
        }
        if (value instanceof List<?> list) {
            return list.stream().mapToLong(HeaderTable::size).sum();
        }
        return value instanceof byte[] bytes
                ? bytes.length
                : String.valueOf(value).getBytes(StandardCharsets.UTF_8).length + 8L;
    }

    /** What came over the wire with text as {@link String}, in lists and tables too; trust nothing in it. */
    static Map<String, Object> readable(Map<String, Object> received) {
        Map<String, Object> copy = new TreeMap<>();
        received.forEach((name, value) -> copy.put(name, plain(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static Object plain(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof LongString text) {
            return text.toString();
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(each -> copy.add(plain(each)));
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Map<?, ?> table) {
            Map<String, Object> copy = new TreeMap<>();
            table.forEach((name, each) -> copy.put(String.valueOf(name), plain(each)));
            return Collections.unmodifiableMap(copy);
        }
        return value;
    }
}
