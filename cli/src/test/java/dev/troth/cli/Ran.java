package dev.troth.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command has done. */
record Ran(int status, String out, String err) {
    static Ran troth(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(status, out.toString(), err.toString());
    }
}
