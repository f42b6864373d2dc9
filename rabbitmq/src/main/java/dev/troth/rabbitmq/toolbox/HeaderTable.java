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
    private static final List<Class<?>> TYPES = List.of(
            String.class,
            LongString.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            Date.class,
            byte[].class,
            List.class,
            Map.class);

    private static final int MAX_BYTES = 64 << 10; // AMQP wants all headers in one frame, 128 KiB as a rule

    private HeaderTable() {}

    /** A sorted copy that nobody changes. */
    static Map<String, Object> copy(String what, Map<String, ?> table) {
        Map<String, Object> copy = new TreeMap<>();
        table.forEach((name, value) -> {
            Names.shortText(what + " name", name);
            if (TYPES.stream().noneMatch(type -> type.isInstance(value))) {
                throw new IllegalArgumentException("AMQP has no type for the " + what + " '" + name + "' of class "
                        + value.getClass().getName()
                        + ". Use text, numbers, booleans, java.util.Date, byte[], lists or maps.");
            }
            copy.put(name, value);
        });
        if (size(copy) > MAX_BYTES) {
            throw new IllegalArgumentException("All " + what + "s of one message together are at most " + MAX_BYTES
                    + " bytes: " + copy.keySet() + ". Put the rest into the body.");
        }
        return Collections.unmodifiableMap(copy);
    }

    /** About so many bytes on the wire. */
    private static long size(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .mapToLong(each -> size(String.valueOf(each.getKey())) + size(each.getValue()))
                    .sum();
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
