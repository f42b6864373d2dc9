package dev.troth.rabbitmq.toolbox;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All settings of a queue or exchange under the names by which the broker speaks of them, so that two can be compared one by one.
 *
 * @param kind {@code queue} or {@code exchange}
 * @param name its name
 * @param settings durable, auto_delete and so on, and the arguments
 */
record Shape(String kind, String name, Map<String, Object> settings) {
    static final String DURABLE = "durable";
    static final String AUTO_DELETE = "auto_delete";
    static final String EXCLUSIVE = "exclusive";
    static final String INTERNAL = "internal";
    static final String TYPE = "type";

    static Shape of(Queue queue) {
        Map<String, Object> settings = new TreeMap<>(queue.arguments());
        settings.put(DURABLE, queue.durable());
        settings.put(AUTO_DELETE, queue.autoDelete());
        settings.put(EXCLUSIVE, queue.exclusive());
        return new Shape("queue", queue.name(), settings);
    }

    static Shape of(Exchange exchange) {
        Map<String, Object> settings = new TreeMap<>(exchange.arguments());
        settings.put(TYPE, exchange.type().argument());
        settings.put(DURABLE, exchange.durable());
        settings.put(AUTO_DELETE, exchange.autoDelete());
        settings.put(INTERNAL, exchange.internal());
        return new Shape("exchange", exchange.name(), settings);
    }

    /** From what the management API says. */
    static Shape described(String kind, String name, Map<String, Object> description) {
        Map<String, Object> settings = new TreeMap<>();
        if (description.get("arguments") instanceof Map<?, ?> arguments) {
            arguments.forEach((argument, value) -> settings.put(String.valueOf(argument), value));
        }
        boolean queue = kind.equals("queue");
        for (String field : new String[] {DURABLE, AUTO_DELETE, queue ? EXCLUSIVE : INTERNAL}) {
            settings.put(field, description.getOrDefault(field, false));
        }
        if (queue) {
            settings.putIfAbsent(QueueRules.TYPE, description.getOrDefault(TYPE, QueueRules.CLASSIC));
        } else {
            settings.put(TYPE, description.getOrDefault(TYPE, ""));
        }
        return new Shape(kind, name, settings);
    }

    /** What differs, in the order of names. */
    List<Difference> differences(Shape found) {
        Map<String, Object> all = new TreeMap<>(settings);
        all.putAll(found.settings);
        return all.keySet().stream()
                .filter(setting -> !value(setting).equals(found.value(setting)))
                .map(setting -> new Difference(setting, value(setting), found.value(setting)))
                .toList();
    }

    /** For people, and to compare: 60000 is 60000 whatever kind of number it is. */
    String value(String setting) {
        Object value = settings.get(setting);
        if (value == null) {
            return "none";
        }
        return value instanceof Number number
                ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
                : value.toString();
    }

    String in(String virtualHost) {
        return kind + " '" + name + "' in virtual host '" + virtualHost + "'";
    }
}
