/** What one transaction costs in memory and time where nothing is waited for: the rules, the messages, the ids. */
@NullMarked
package dev.troth.bench.micro;

import org.jspecify.annotations.NullMarked;
