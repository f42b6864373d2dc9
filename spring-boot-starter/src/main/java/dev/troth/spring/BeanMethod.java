package dev.troth.spring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/** A method of a bean that takes a payload and perhaps what is known of its message. Safe for use by several threads. */
final class BeanMethod {
    private final BeanFactory beans;
    private final String bean;
    private final Class<?> type;
    private final Method method;
    private final Class<?> payload;
    private final int payloadAt;
    private volatile @Nullable Callee callee;

    private record Callee(Object bean, Method method) {}

    /** A method as it is declared, and the place of its payload. */
    private BeanMethod(BeanFactory beans, String bean, Class<?> type, Method method, Class<?> payload, int payloadAt) {
        this.beans = beans;
        this.bean = bean;
        this.type = type;
        this.method = method;
        this.payload = payload;
        this.payloadAt = payloadAt;
    }

    /**
     * Checks its declaration.
     *
     * @param context what it may take beside the payload
     */
    static BeanMethod of(BeanFactory beans, String bean, Class<?> type, Method method, Class<?> context) {
        String name = name(type, method);
        if (Modifier.isStatic(method.getModifiers())) {
            throw new HandlerException(
                    name + " is static, so it belongs to no bean.", "Remove the word static from it.");
        }
        if (Modifier.isPrivate(method.getModifiers())) {
            throw new HandlerException(
                    name + " is private, so the bean's proxy could not pass a call on to it.",
                    "Remove the word private from it.");
        }
        int payloadAt = -1;
        int contexts = 0;
        Class<?>[] parameters = method.getParameterTypes();
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] == context) {
                contexts++;
            } else if (payloadAt < 0) {
                payloadAt = i;
            } else {
                throw wrongParameters(name, context);
            }
        }
        if (payloadAt < 0 || contexts > 1) {
            throw wrongParameters(name, context);
        }
        Class<?> payload =
                ResolvableType.forMethodParameter(method, payloadAt, type).resolve(parameters[payloadAt]);
        return new BeanMethod(beans, bean, type, method, payload, payloadAt);
    }

    private static HandlerException wrongParameters(String name, Class<?> context) {
        return new HandlerException(
                name + " takes something else than a payload and perhaps a " + context.getSimpleName() + ".",
                "Give it one parameter with the payload, and, if it needs that, one of type " + context.getName()
                        + "; what else it needs is injected into the bean.");
    }

    private static String name(Class<?> type, Method method) {
        return type.getName() + "." + method.getName() + "("
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** What it takes. */
    Class<?> payload() {
        return payload;
    }

    /** What it returns. */
    Class<?> answer() {
        return method.getReturnType();
    }

    /** The method as it is declared in the bean's class, for its annotations. */
    Method method() {
        return method;
    }

    Class<?> type() {
        return type;
    }

    /** The class and the method, as in Spring's names of transactions. */
    String transactionName() {
        return type.getName() + "." + method.getName();
    }

    /** The class and the method, with its parameters. */
    @Override
    public String toString() {
        return name(type, method);
    }

    /** The same, with the bean where a class has several. */
    String withBean() {
        return this + " of bean '" + bean + "'";
    }

    boolean isSame(BeanMethod other) {
        return bean.equals(other.bean) && method.equals(other.method);
    }

    /**
     * Calls it through the bean's proxy, if there is one.
     *
     * @throws Exception what it throws
     */
    @Nullable
    Object call(Object given, Object context) throws Exception {
        Callee target = callee();
        Object[] arguments = new Object[method.getParameterCount()];
        Arrays.fill(arguments, context);
        arguments[payloadAt] = given;
        try {
            return target.method.invoke(target.bean, arguments);
        } catch (InvocationTargetException failure) {
            Throwable thrown = Objects.requireNonNullElse(failure.getCause(), failure);
            if (thrown instanceof Error error) {
                throw error;
            }
            throw thrown instanceof Exception exception ? exception : failure;
        }
    }

    /** Whether its bean has been made; a lazy one is made for its first message. */
    boolean isMade(ConfigurableListableBeanFactory factory) {
        return factory.containsSingleton(bean);
    }

    /** Checks that it can be called through the bean's proxy. */
    void prepare() {
        Callee unused = callee();
    }

    private Callee callee() {
        Callee known = callee;
        if (known == null) {
            known = find();
            callee = known;
        }
        return known;
    }

    private Callee find() {
        Object target = beans.getBean(bean);
        Method invocable;
        try {
            invocable = AopUtils.selectInvocableMethod(method, target.getClass());
        } catch (IllegalStateException notThere) {
            throw new HandlerException(
                    withBean()
                            + " cannot be called: the bean's proxy, which implements only its interfaces, does not have it.",
                    "Declare the method in an interface that the class implements, or let Spring make proxies of classes:"
                            + " remove spring.aop.proxy-target-class=false.");
        }
        if (Modifier.isFinal(invocable.getModifiers()) && AopUtils.isCglibProxy(target)) {
            throw new HandlerException(
                    withBean() + " is final, so a call would not reach the bean behind its proxy.",
                    "Remove the word final from it.");
        }
        ReflectionUtils.makeAccessible(invocable);
        return new Callee(target, invocable);
    }
}
