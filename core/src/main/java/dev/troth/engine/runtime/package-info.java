/** Threads, time and admission: everything that makes the engine wait lies here. */
@NullMarked
package dev.troth.engine.runtime;

import org.jspecify.annotations.NullMarked;
