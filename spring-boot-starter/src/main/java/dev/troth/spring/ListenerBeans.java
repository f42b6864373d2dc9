package dev.troth.spring;

import dev.troth.Subscriber;
import dev.troth.jdbc.Inbox;
import dev.troth.message.Kind;
import dev.troth.spring.BeanMethods.Found;
import dev.troth.spring.HandlerProperties.OfSubscriber;
import dev.troth.tx.TrothException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Makes subscribers of the methods with {@link TrothListener}. */
record ListenerBeans(Databases databases, Readiness ready, Names names) {

    /** A method and one of the patterns of topics that it is for. */
    private record Entry(String topics, BeanMethod method) {
        /** The narrower comes first. */
        int width() {
            return topics.contains("#") ? 2 : topics.contains("*") ? 1 : 0;
        }
    }

    /** One subscriber for each name. */
    List<Subscriber> of(Map<String, List<Found<TrothListener>>> methods, Map<String, OfSubscriber> settings) {
        List<Subscriber> subscribers = new ArrayList<>();
        methods.forEach((name, ofName) -> subscribers.add(
                subscriber(name, ofName, settings.getOrDefault(name, HandlerProperties.NOTHING_OF_SUBSCRIBER))));
        return subscribers;
    }

    /** By the name of their subscriber. */
    static Map<String, List<Found<TrothListener>>> byName(List<Found<TrothListener>> found, Names names) {
        Map<String, List<Found<TrothListener>>> byName = new LinkedHashMap<>();
        found.forEach(each -> byName.computeIfAbsent(
                        names.resolve(each.annotation().value(), each.method()), name -> new ArrayList<>())
                .add(each));
        return byName;
    }

    private Subscriber subscriber(String name, List<Found<TrothListener>> methods, OfSubscriber settings) {
        BeanMethod first = methods.get(0).method();
        String property = "troth.subscribers." + name;
        List<Entry> entries = entries(name, methods);
        DataSource source = databases.source(settings.dataSource(), first, property + ".data-source");
        Inbox inbox = Inbox.on(source);
        if (settings.retention() != null) {
            inbox = inbox.withRetention(settings.retention());
        }
        try {
            Subscriber subscriber = Subscriber.named(name)
                    .on(new BoundInbox(inbox, databases.bound(source), name, ready))
                    .retry(Retries.of(methods, settings, names));
            for (Entry entry : entries) {
                subscriber = subscriber.handle(entry.topics, entry.method.payload(), entry.method::call);
            }
            return with(subscriber, methods, settings);
        } catch (TrothException | IllegalArgumentException wrong) {
            if (wrong instanceof HandlerException known) {
                throw known;
            }
            throw HandlerException.about(
                    first, wrong, "Change its @TrothListener, or " + property + ".* in application.properties.");
        }
    }

    private static Subscriber with(Subscriber subscriber, List<Found<TrothListener>> methods, OfSubscriber settings) {
        boolean inOrder = settings.inOrder() == null
                ? methods.stream().anyMatch(each -> each.annotation().inOrder())
                : settings.inOrder();
        Subscriber result = inOrder ? subscriber.inOrder() : subscriber;
        if (settings.limit() != null) {
            result = result.limit(settings.limit());
        }
        return settings.concurrency() == null ? result : result.concurrency(settings.concurrency());
    }

    private List<Entry> entries(String name, List<Found<TrothListener>> methods) {
        List<Entry> entries = new ArrayList<>();
        for (Found<TrothListener> each : methods) {
            BeanMethod method = each.method();
            if (method.answer() != void.class) {
                throw new HandlerException(
                        method + " returns a " + method.answer().getName() + ", which nobody would get.",
                        "Let it return void.");
            }
            if (each.annotation().topics().length == 0) {
                entries.add(new Entry(kind(method), method));
            }
            for (String topics : each.annotation().topics()) {
                entries.add(new Entry(names.resolve(topics, method), method));
            }
        }
        refuseTwoOfAKind(name, entries);
        entries.sort(Comparator.comparingInt(Entry::width).thenComparing(Entry::topics));
        return entries;
    }

    private static String kind(BeanMethod method) {
        Kind kind = method.payload().getAnnotation(Kind.class);
        if (kind == null) {
            throw new HandlerException(
                    method + " takes a " + method.payload().getName() + ", which has no kind, and names no topics.",
                    "Add @Kind(\"…\") to " + method.payload().getName()
                            + ", or topics = \"…\" to the method's @TrothListener.");
        }
        return kind.value();
    }

    private static void refuseTwoOfAKind(String name, List<Entry> entries) {
        Map<String, BeanMethod> byTopics = new HashMap<>();
        for (Entry entry : entries) {
            BeanMethod other = byTopics.put(entry.topics, entry.method);
            if (other != null) {
                throw new HandlerException(
                        entry.method.withBean() + " and " + other.withBean() + " are both for '" + entry.topics
                                + "' of subscriber '" + name + "'.",
                        "Remove one of them, or give it another subscriber's name: each name gets every event.");
            }
        }
    }
}
