package dev.troth.cli.demo;

/** Hears what is being done while somebody waits. */
@FunctionalInterface
interface Progress {
    void say(String line);
}
