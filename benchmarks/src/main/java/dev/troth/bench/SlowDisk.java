package dev.troth.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A disk that is slower to say that it has written: a small library, written in C, that a process loads before all others. Every process that
 * writes has to have its {@link #environment()}: the servers, and the JVMs of those who keep a log in files.
 */
final class SlowDisk implements AutoCloseable {
    private static final String SOURCE = "slowsync.c";

    private final Path folder;
    private final Path library;
    private final Duration delay;

    private SlowDisk(Path folder, Duration delay) {
        this.folder = folder;
        this.library = folder.resolve("slowsync.so");
        this.delay = delay;
    }

    /** Compiles the library. Everybody may read it, because servers run as somebody else. */
    static SlowDisk slowerBy(Duration delay) throws IOException, InterruptedException {
        SlowDisk disk = new SlowDisk(Files.createTempDirectory("troth-slow-disk-"), delay);
        boolean compiled = false;
        try {
            Files.setPosixFilePermissions(disk.folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            disk.compile();
            compiled = true;
        } finally {
            if (!compiled) {
                disk.close();
            }
        }
        return disk;
    }

    private void compile() throws IOException, InterruptedException {
        Path source = folder.resolve(SOURCE);
        try (InputStream in = SlowDisk.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IOException(SOURCE + " is not on the class path beside " + SlowDisk.class);
            }
            Files.copy(in, source);
        }
        Process compiler;
        try {
            compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString(), "-ldl")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException("A slow disk needs the C compiler cc (apt-get install gcc libc6-dev)", e);
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            throw new IOException("cc does not compile " + SOURCE + " (apt-get install gcc libc6-dev):\n" + said);
        }
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The variables that make a process feel it. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "SLOWSYNC_US",
                Long.toString(TimeUnit.NANOSECONDS.toMicros(delay.toNanos())));
    }

    @Override
    public void close() throws IOException {
        for (String name : List.of(SOURCE, "slowsync.so", "")) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }
}
