/** The law of the repository, as tests: what ARCHITECTURE.md and CONTRIBUTING.md say, checked. */
@NullMarked
package dev.troth.tidy;

import org.jspecify.annotations.NullMarked;
