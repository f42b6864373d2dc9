/** What a Spring Boot service does with Troth, on real databases; run on Spring Boot 3.5 and on 4. */
@NullMarked
package dev.troth.spring;

import org.jspecify.annotations.NullMarked;
