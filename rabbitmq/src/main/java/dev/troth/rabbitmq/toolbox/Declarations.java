package dev.troth.rabbitmq.toolbox;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Exchanges, queues and bindings that belong together. An immutable value. What a binding names is part of it.
 *
 * <p>They are declared in this order: exchanges, queues, bindings; each as it was added.
 */
public final class Declarations {
    private static final Declarations NONE = new Declarations(Map.of(), Map.of(), Set.of());

    private final Map<String, Exchange> exchanges;
    private final Map<String, Queue> queues;
    private final Set<Binding> bindings;

    private Declarations(Map<String, Exchange> exchanges, Map<String, Queue> queues, Set<Binding> bindings) {
        this.exchanges = exchanges;
        this.queues = queues;
        this.bindings = bindings;
    }

    /** Nothing yet. */
    public static Declarations none() {
        return NONE;
    }

    /** The bindings, with the exchanges and queues that they name. */
    public static Declarations of(Binding... bindings) {
        return NONE.with(bindings);
    }

    /** The queues alone: they can be reached by the default exchange. */
    public static Declarations of(Queue... queues) {
        return NONE.with(queues);
    }

    /** A copy with these exchanges too. */
    public Declarations with(Exchange... more) {
        Map<String, Exchange> all = new LinkedHashMap<>(exchanges);
        for (Exchange each : more) {
            if (!each.name().isEmpty()) {
                put(all, each.name(), each);
            }
        }
        return new Declarations(all, queues, bindings);
    }

    /** A copy with these queues too. */
    public Declarations with(Queue... more) {
        Map<String, Queue> all = new LinkedHashMap<>(queues);
        for (Queue each : more) {
            put(all, each.name(), each);
        }
        return new Declarations(exchanges, all, bindings);
    }

    /** A copy with these bindings too, and the exchanges and queues that they name. */
    public Declarations with(Binding... more) {
        Declarations all = this;
        Set<Binding> together = new LinkedHashSet<>(bindings);
        for (Binding each : more) {
            together.add(each);
            all = all.with(each.source());
            if (each.target() instanceof Binding.ToQueue to) {
                all = all.with(to.queue());
            } else if (each.target() instanceof Binding.ToExchange to) {
                all = all.with(to.exchange());
            }
        }
        return new Declarations(all.exchanges, all.queues, together);
    }

    private static <T> void put(Map<String, T> all, String name, T value) {
        T before = all.put(name, value);
        if (before != null && !before.equals(value)) {
            throw new IllegalArgumentException("'" + name + "' is declared twice, and not the same: " + before + " and "
                    + value + ". Make it once and use that value everywhere.");
        }
    }

    /** The exchanges, as they are declared. */
    public List<Exchange> exchanges() {
        return List.copyOf(exchanges.values());
    }

    /** The queues, as they are declared. */
    public List<Queue> queues() {
        return List.copyOf(queues.values());
    }

    /** The bindings, as they are declared. */
    public Set<Binding> bindings() {
        return Collections.unmodifiableSet(bindings);
    }
}
