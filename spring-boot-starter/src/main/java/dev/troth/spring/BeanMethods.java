package dev.troth.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds beans' methods by their annotation, without making a bean. */
record BeanMethods(ConfigurableListableBeanFactory beans) {
    private static final Set<String> SHORT_LIVED = Set.of(BeanDefinition.SCOPE_PROTOTYPE, "request", "session");

    /** A method and what its annotation says. */
    record Found<A>(BeanMethod method, A annotation) {}

    /**
     * Those of all beans whose class is known.
     *
     * @param context what the methods may take beside the payload
     */
    <A extends Annotation> List<Found<A>> with(Class<A> annotation, Class<?> context) {
        List<Found<A>> found = new ArrayList<>();
        for (String bean : beans.getBeanNamesForType(Object.class, true, false)) {
            Class<?> type = ScopedProxyUtils.isScopedTarget(bean) ? null : type(bean);
            if (type == null || !AnnotationUtils.isCandidateClass(type, annotation)) {
                continue;
            }
            Map<Method, A> methods = MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<A>)
                    method -> AnnotatedElementUtils.findMergedAnnotation(method, annotation));
            methods.forEach((method, said) -> {
                BeanMethod declared = BeanMethod.of(beans, bean, type, method, context);
                refuseShortLived(declared, bean);
                found.add(new Found<>(declared, said));
            });
        }
        return found;
    }

    /** What lies behind its proxies, as far as that is known before it is made. */
    private @Nullable Class<?> type(String bean) {
        Object made = beans.containsSingleton(bean) && !beans.isFactoryBean(bean) ? beans.getSingleton(bean) : null;
        if (made != null && !(made instanceof ScopedObject)) {
            return AopProxyUtils.ultimateTargetClass(made);
        }
        Class<?> type = original(bean);
        if (type != null && ScopedObject.class.isAssignableFrom(type)) {
            Class<?> target = original(ScopedProxyUtils.getTargetBeanName(bean));
            return target == null ? type : target;
        }
        return type;
    }

    private @Nullable Class<?> original(String bean) {
        if (beans.containsBeanDefinition(bean)
                && beans.getMergedBeanDefinition(bean).getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
                        instanceof Class<?> original) {
            return original;
        }
        return beans.containsBean(bean) ? beans.getType(bean, false) : null;
    }

    private void refuseShortLived(BeanMethod method, String bean) {
        String target = ScopedProxyUtils.getTargetBeanName(bean);
        String defined = beans.containsBeanDefinition(target) ? target : bean;
        if (!beans.containsBeanDefinition(defined)) {
            return;
        }
        String scope = beans.getMergedBeanDefinition(defined).getScope();
        if (scope != null && SHORT_LIVED.contains(scope)) {
            throw new HandlerException(
                    method.withBean() + " is in scope '" + scope
                            + "', so there is no one bean that a message could be given to.",
                    "Remove the scope from " + method.type().getName() + ", or move the method to a singleton.");
        }
    }
}
