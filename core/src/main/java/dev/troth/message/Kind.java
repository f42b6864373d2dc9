package dev.troth.message;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The stable name under which a type travels, for example {@code @Kind("new-review")}. It is part of the agreement between
 * services: class and package may be renamed, the kind may not. Class names never travel.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /**
     * 1 to 100 printable ASCII characters without spaces. Of an event it is also the topic: words of lower-case letters, digits or
     * dashes, with dots between them, as {@code blog.submitted}.
     */
    String value();
}
