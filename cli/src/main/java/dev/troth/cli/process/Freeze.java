package dev.troth.cli.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A process that is stopped, as {@code kill -STOP} does it, until this closes. A shell keeps it so and listens at a pipe from this
 * JVM: when this JVM ends, however it ends, the process goes on too, and can find out by itself that nobody needs it any more.
 */
public final class Freeze implements AutoCloseable {
    private static final int THAW_SECONDS = 10;
    private static final String SCRIPT = "kill -STOP \"$1\" || exit; echo frozen; read -r _; kill -CONT \"$1\"";

    private final long pid;
    private final Process keeper;

    private Freeze(long pid, Process keeper) {
        this.pid = pid;
        this.keeper = keeper;
    }

    /**
     * Stops it, and returns when that is done.
     *
     * @throws ProcessException if it could not be stopped, for example because it has ended
     */
    static Freeze of(long pid) {
        try {
            Process keeper = new ProcessBuilder("sh", "-c", SCRIPT, "freeze", Long.toString(pid))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader said = keeper.inputReader(StandardCharsets.UTF_8);
            if (!"frozen".equals(said.readLine())) {
                keeper.destroyForcibly();
                throw new ProcessException("Process " + pid + " could not be stopped: it has ended", null);
            }
            return new Freeze(pid, keeper);
        } catch (IOException e) {
            throw new ProcessException("Process " + pid + " could not be stopped", e);
        }
    }

    /** Lets it go on. Does nothing the second time, or when it has been killed meanwhile. */
    @Override
    public void close() {
        try {
            keeper.getOutputStream().close();
            if (!keeper.waitFor(THAW_SECONDS, TimeUnit.SECONDS)) {
                throw new InterruptedIOException("the shell that keeps it does not end");
            }
        } catch (IOException e) {
            throw new ProcessException("Process " + pid + " was not let go on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException("Interrupted while process " + pid + " was let go on", e);
        }
    }
}
