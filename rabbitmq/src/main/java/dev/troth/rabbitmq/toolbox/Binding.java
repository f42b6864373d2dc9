package dev.troth.rabbitmq.toolbox;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an exchange passes on to a queue, or to another exchange. An immutable value. Bindings that are made twice are one.
 *
 * @param source the exchange that passes on
 * @param target the queue or exchange that receives
 * @param routingKey the routing key or pattern; "" where the type of exchange does not look at it
 * @param arguments what a headers exchange compares, {@code x-match} among them
 */
public record Binding(Exchange source, Target target, String routingKey, Map<String, Object> arguments) {

    /** Where a binding leads. */
    public sealed interface Target {
        /** The name of the queue or exchange. */
        String name();
    }

    /**
     * To a queue.
     *
     * @param queue the queue
     */
    public record ToQueue(Queue queue) implements Target {
        @Override
        public String name() {
            return queue.name();
        }
    }

    /**
     * To an exchange, which routes on by its own bindings.
     *
     * @param exchange the exchange
     */
    public record ToExchange(Exchange exchange) implements Target {
        @Override
        public String name() {
            return exchange.name();
        }
    }

    /** How many of a binding's headers a message needs. */
    public enum Match {
        /** All of them. */
        ALL,
        /** At least one of them. */
        ANY
    }

    /**
     * Checks that the broker would take it and look at all of it.
     *
     * @throws IllegalArgumentException if it would not, with the reason
     */
    public Binding {
        if (source.name().isEmpty() || target.name().isEmpty()) {
            throw new IllegalArgumentException("The default exchange cannot be bound: every queue is bound to it by its"
                    + " own name already. Publish with OutgoingMessage.toQueue, or declare an exchange.");
        }
        Names.shortText("routing key", routingKey);
        arguments = HeaderTable.copy("argument", arguments);
        boolean looksAtKey = source.type() == Exchange.Type.DIRECT || source.type() == Exchange.Type.TOPIC;
        if (!looksAtKey && !routingKey.isEmpty()) {
            throw new IllegalArgumentException("The " + source.type().argument() + " exchange '" + source.name()
                    + "' does not look at routing keys, so it would ignore '" + routingKey + "'. Leave it out.");
        }
        if (source.type() != Exchange.Type.HEADERS && !arguments.isEmpty()) {
            throw new IllegalArgumentException("Only a headers exchange looks at headers; '" + source.name() + "' is a "
                    + source.type().argument() + " exchange and would ignore " + arguments.keySet() + ".");
        }
        if (source.type() == Exchange.Type.HEADERS && !arguments.containsKey("x-match")) {
            throw new IllegalArgumentException("A binding to the headers exchange '" + source.name()
                    + "' without headers would fit every message. Use Binding.headers, or a fanout exchange.");
        }
        if (source.type() == Exchange.Type.TOPIC) {
            checkPattern(routingKey);
        }
    }

    private static void checkPattern(String pattern) {
        for (String word : pattern.split("\\.", -1)) {
            if (word.length() > 1 && (word.contains("*") || word.contains("#"))) {
                throw new IllegalArgumentException("In the pattern '" + pattern + "' the word '" + word
                        + "' would only fit itself: '*' and '#' stand for whole words, as in 'blog.*' or 'blog.#'.");
            }
        }
    }

    /** A direct or topic binding of a queue. */
    public static Binding of(Exchange source, Queue queue, String routingKey) {
        return new Binding(source, new ToQueue(queue), routingKey, Map.of());
    }

    /** A fanout binding of a queue. */
    public static Binding of(Exchange source, Queue queue) {
        return of(source, queue, "");
    }

    /** A direct or topic binding of another exchange. */
    public static Binding of(Exchange source, Exchange target, String routingKey) {
        return new Binding(source, new ToExchange(target), routingKey, Map.of());
    }

    /** A fanout binding of another exchange. */
    public static Binding of(Exchange source, Exchange target) {
        return of(source, target, "");
    }

    /** A binding of a queue to a headers exchange: messages with all, or with any, of these headers. At least one is needed. */
    public static Binding headers(Exchange source, Queue queue, Match match, Map<String, ?> headers) {
        if (headers.isEmpty() || headers.keySet().stream().anyMatch(name -> name.startsWith("x-"))) {
            throw new IllegalArgumentException("A headers binding needs at least one header, and none whose name starts"
                    + " with 'x-', which the broker does not compare: " + headers.keySet());
        }
        Map<String, Object> arguments = new TreeMap<>(headers);
        arguments.put("x-match", match == Match.ALL ? "all" : "any");
        return new Binding(source, new ToQueue(queue), "", arguments);
    }
}
