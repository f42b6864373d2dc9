package dev.troth.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Texts of annotations, which may have placeholders. */
record Names(ConfigurableListableBeanFactory beans) {
    /** The text with its placeholders replaced. */
    String resolve(String text, BeanMethod method) {
        String resolved;
        try {
            resolved = beans.resolveEmbeddedValue(text);
        } catch (IllegalArgumentException unknown) {
            throw HandlerException.about(method, unknown, "Set the property, or give it a default: ${name:default}.");
        }
        return resolved == null ? "" : resolved;
    }
}
