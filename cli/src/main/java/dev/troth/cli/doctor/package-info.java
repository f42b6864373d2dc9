/** {@code troth doctor}: looks at a service's database and broker, and says what to do about what it finds. */
@NullMarked
package dev.troth.cli.doctor;

import org.jspecify.annotations.NullMarked;
