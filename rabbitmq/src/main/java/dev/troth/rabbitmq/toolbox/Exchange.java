package dev.troth.rabbitmq.toolbox;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An exchange as it is to be declared. An immutable value: every method returns a changed copy. Durable unless told otherwise.
 *
 * @param name its name; "" is the default exchange, which is always there
 * @param type how it routes
 * @param durable whether it survives a restart of the broker
 * @param autoDelete whether the broker deletes it when its last binding goes
 * @param internal whether only other exchanges may publish to it
 * @param arguments further arguments as AMQP has them
 */
public record Exchange(
        String name, Type type, boolean durable, boolean autoDelete, boolean internal, Map<String, Object> arguments) {

    /**
     * The default exchange: the routing key is the name of a queue. It can be published to, and neither declared nor bound: every
     * queue is bound to it by its name.
     */
    public static final Exchange DEFAULT = new Exchange("", Type.DIRECT, true, false, false, Map.of());

    static final String ALTERNATE = "alternate-exchange";

    /** How an exchange routes. */
    public enum Type {
        /** To the queues whose binding has the message's routing key. */
        DIRECT,
        /** To all queues that are bound. */
        FANOUT,
        /** To the queues whose pattern fits the routing key: {@code *} stands for one word, {@code #} for any number of them. */
        TOPIC,
        /** To the queues whose binding's headers fit those of the message. */
        HEADERS;

        String argument() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks the name and copies the arguments.
     *
     * @throws IllegalArgumentException if no broker would take it, with the reason
     */
    public Exchange {
        if (!name.isEmpty()) {
            Names.declared("exchange", name);
        } else if (type != Type.DIRECT || !durable || autoDelete || internal || !arguments.isEmpty()) {
            throw new IllegalArgumentException("An exchange needs a name; \"\" is the default exchange, which is direct"
                    + " and durable and cannot be changed: use Exchange.DEFAULT.");
        }
        arguments = HeaderTable.copy("argument", arguments);
    }

    /** A durable direct exchange. */
    public static Exchange direct(String name) {
        return named(name, Type.DIRECT);
    }

    /** A durable fanout exchange. */
    public static Exchange fanout(String name) {
        return named(name, Type.FANOUT);
    }

    /** A durable topic exchange. */
    public static Exchange topic(String name) {
        return named(name, Type.TOPIC);
    }

    /** A durable headers exchange. */
    public static Exchange headers(String name) {
        return named(name, Type.HEADERS);
    }

    private static Exchange named(String name, Type type) {
        return new Exchange(Names.declared("exchange", name), type, true, false, false, Map.of());
    }

    /** A copy that does not survive a restart of the broker. */
    public Exchange transientOnly() {
        return new Exchange(name, type, false, autoDelete, internal, arguments);
    }

    /** A copy that the broker deletes when its last binding goes; not before it has had one. */
    public Exchange deletedWithLastBinding() {
        return new Exchange(name, type, durable, true, internal, arguments);
    }

    /** A copy to which only other exchanges may publish. A publish to it fails with ACCESS_REFUSED and ends its channel. */
    public Exchange internalOnly() {
        return new Exchange(name, type, durable, autoDelete, true, arguments);
    }

    /** A copy that hands what it cannot route to another exchange instead of returning it. */
    public Exchange alternate(Exchange other) {
        Map<String, Object> more = new TreeMap<>(arguments);
        more.put(ALTERNATE, other.name());
        return new Exchange(name, type, durable, autoDelete, internal, more);
    }
}
