/** What an operator sees, and the verbs that he has. */
@NullMarked
package dev.troth.admin;

import org.jspecify.annotations.NullMarked;
