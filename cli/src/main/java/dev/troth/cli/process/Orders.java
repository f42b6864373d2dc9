package dev.troth.cli.process;

import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The child's side of a controlled service: it halts or pauses at named points, and takes orders, one a line: {@code pause-at POINT},
 * {@code crash-at POINT}, {@code resume}. When the parent is gone, and with it the pipe, the process ends.
 */
public final class Orders {
    /** The exit status of a process that halted at a point: that of {@code kill -9}. */
    public static final int HALTED = 137;

    private static final int GRACE_SECONDS = 10;

    private final Fuse fuse;
    private final PrintStream out;
    private volatile CountDownLatch paused = new CountDownLatch(1);

    /** Creates it; it says on {@code out} what it does. */
    public Orders(Fuse fuse, PrintStream out) {
        this.fuse = fuse;
        this.out = out;
    }

    /** The first transaction that passes the point ends this process, at once and without any good-bye. */
    public void crashAt(CrashPoint point) {
        fuse.arm(point, this::halt);
    }

    private void halt(CrashPoint point, Gid gid) {
        say("crashed at=" + point + " gid=" + gid);
        Runtime.getRuntime().halt(HALTED);
    }

    /** The first thread that passes the point stays there until it is resumed; everything else goes on. */
    public void pauseAt(CrashPoint point) {
        paused = new CountDownLatch(1);
        fuse.arm(point, this::pause);
    }

    private void pause(CrashPoint point, Gid gid) {
        CountDownLatch until = paused;
        say("paused at=" + point + " gid=" + gid);
        boolean interrupted = false;
        while (until.getCount() > 0) {
            try {
                until.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes orders on a thread of its own, and ends the process when there can be no more. */
    public void obey(InputStream in) {
        Thread thread = new Thread(() -> read(in), "orders");
        thread.setDaemon(true);
        thread.start();
    }

    private void read(InputStream in) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                obey(line.strip());
            }
        } catch (IOException e) {
            say("orders ended: " + e);
        }
        // A stop that hangs, because a server is gone too, must not keep an orphan alive.
        CompletableFuture.delayedExecutor(GRACE_SECONDS, TimeUnit.SECONDS)
                .execute(() -> Runtime.getRuntime().halt(1));
        System.exit(0);
    }

    private void obey(String order) {
        if (order.equals("resume")) {
            paused.countDown();
            return;
        }
        String[] words = order.split(" ", -1);
        try {
            CrashPoint point = CrashPoint.valueOf(words[words.length - 1]);
            if (words[0].equals("pause-at")) {
                pauseAt(point);
            } else {
                crashAt(point);
            }
            say("armed " + order);
        } catch (IllegalArgumentException e) {
            say("not an order: " + order);
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
