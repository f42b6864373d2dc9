/**
 * Troth in a Spring Boot service: {@link dev.troth.spring.TrothAutoConfiguration} sets up what the service needs of its data source
 * and of {@code troth.*} and {@code spring.rabbitmq.*}. It has no logic of its own.
 *
 * <p>It uses only what Spring Boot 3.5 and 4 both have; where they differ, by name.
 */
@NullMarked
package dev.troth.spring;

import org.jspecify.annotations.NullMarked;
