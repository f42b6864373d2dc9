/** What users type: the entry types of Troth. Everything that they speak of lies in the packages below. */
@NullMarked
package dev.troth;

import org.jspecify.annotations.NullMarked;
