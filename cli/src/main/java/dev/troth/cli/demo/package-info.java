/** {@code troth demo}: four scenes played by two services on real databases, judged by what SQL counts afterwards. */
@NullMarked
package dev.troth.cli.demo;

import org.jspecify.annotations.NullMarked;
