package dev.troth.soak;

import java.io.IOException;
import java.io.OutputStream;

/** What a process tells its parent, with which it ends. */
final class Parent {
    private Parent() {}

    static void ready(String name) {
        System.out.println("ready service=" + name + " url=http://127.0.0.1/ pid="
                + ProcessHandle.current().pid());
    }

    /** The parent writes nothing; the pipe ends when it is gone. */
    static void awaitEnd() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(1);
    }
}
