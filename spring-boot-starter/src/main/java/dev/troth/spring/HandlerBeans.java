package dev.troth.spring;

import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.message.Incoming;
import dev.troth.spring.BeanMethods.Found;
import dev.troth.spring.TrothProperties.Tables;
import dev.troth.tx.Branch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Offers what the service's beans handle, before Troth starts; lets messages through when all beans are there. What can be found wrong before
 * the first message is an error at the start.
 */
final class HandlerBeans implements TrothBuilderCustomizer, SmartInitializingSingleton {
    private final ConfigurableListableBeanFactory beans;
    private final HandlerProperties properties;
    private final Databases databases;
    private final Readiness ready = new Readiness();
    private final List<BeanMethod> offered = new ArrayList<>();
    private boolean asked;

    HandlerBeans(ConfigurableListableBeanFactory beans, HandlerProperties properties, Tables tables) {
        this.beans = beans;
        this.properties = properties;
        this.databases = new Databases(beans, tables == Tables.CREATE);
    }

    @Override
    public void customize(TrothBuilder builder) {
        asked = true;
        Names names = new Names(beans);
        Map<String, List<BeanMethod>> handlers = ParticipantBeans.byName(handlers(), names);
        Map<String, List<Found<TrothListener>>> listeners = ListenerBeans.byName(listeners(), names);
        handlers.values().forEach(offered::addAll);
        listeners.values().forEach(all -> all.forEach(each -> offered.add(each.method())));
        refuseUnknown("participants", "@TrothHandler", properties.participants().keySet(), handlers.keySet());
        refuseUnknown("subscribers", "@TrothListener", properties.subscribers().keySet(), listeners.keySet());
        new ParticipantBeans(databases, ready)
                .of(handlers, properties.participants())
                .forEach(builder::participant);
        new ListenerBeans(databases, ready, names)
                .of(listeners, properties.subscribers())
                .forEach(builder::subscriber);
    }

    /** Whether that customizer is this one, and the service's beans handle nothing. */
    static boolean addsNothing(TrothBuilderCustomizer customizer) {
        return customizer instanceof HandlerBeans beans && beans.offered.isEmpty();
    }

    private List<Found<TrothHandler>> handlers() {
        return new BeanMethods(beans).with(TrothHandler.class, Branch.class);
    }

    private List<Found<TrothListener>> listeners() {
        return new BeanMethods(beans).with(TrothListener.class, Incoming.class);
    }

    private static void refuseUnknown(String what, String annotation, Set<String> set, Set<String> known) {
        for (String name : set) {
            if (!known.contains(name)) {
                throw new HandlerException(
                        "troth." + what + "." + name + ".* is set, and no bean has a method with " + annotation + "(\""
                                + name + "\"); there are " + known + ".",
                        "Mend the name in application.properties, or remove it.");
            }
        }
    }

    /** By now the class of every bean that is not lazy is known, and so is its proxy. */
    @Override
    public void afterSingletonsInstantiated() {
        List<BeanMethod> all = new ArrayList<>();
        handlers().forEach(each -> all.add(each.method()));
        listeners().forEach(each -> all.add(each.method()));
        boolean started = Arrays.stream(beans.getBeanNamesForType(Troth.class, true, false))
                .anyMatch(beans::containsSingleton);
        if (started) {
            all.forEach(this::refuseUnoffered);
        }
        offered.stream().filter(method -> method.isMade(beans)).forEach(BeanMethod::prepare);
        databases.complete();
        ready.reached();
    }

    private void refuseUnoffered(BeanMethod method) {
        if (!asked) {
            throw new HandlerException(
                    method.withBean() + " would never be called: the service has made its Troth itself.",
                    "Remove the bean of type Troth and set it up with beans of type TrothBuilderCustomizer, or remove the"
                            + " annotation and offer the method in Troth.builder(…).");
        }
        if (offered.stream().noneMatch(method::isSame)) {
            throw new HandlerException(
                    method.withBean() + " would never be called: before the bean was made, nobody could see that it has"
                            + " the method.",
                    "Let the @Bean method that makes it return " + method.type().getSimpleName() + ".");
        }
    }
}
