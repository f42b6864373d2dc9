package dev.troth.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The files of this repository, as they lie on disk. */
final class Repository {
    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", ".settings", "node_modules");
    private static final Set<String> BROUGHT_ALONG = Set.of("LICENSE", "mvnw", "mvnw.cmd"); // written by others
    private static final Set<String> TEXT = Set.of(
            "java", "md", "xml", "sql", "sh", "py", "properties", "yml", "yaml", "html", "css", "js", "json", "config");

    static final Path ROOT = root();

    /** The modules whose jars people put into their own builds. */
    static final List<String> PUBLISHED =
            List.of("protocol", "core", "testkit", "jdbc", "rabbitmq", "spring-boot-starter");

    private Repository() {}

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("dev")) && Files.isDirectory(folder.resolve("protocol"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "Not inside a clone of Troth: " + Path.of("").toAbsolutePath());
    }

    /** Every text file that we wrote, relative to the root. */
    static List<Path> texts() {
        return files(file -> {
            String name = file.getFileName().toString();
            String ending = name.substring(name.lastIndexOf('.') + 1);
            return !BROUGHT_ALONG.contains(name) && (TEXT.contains(ending) || isScript(file));
        });
    }

    /** Every Java file whose path holds the given part, relative to the root. */
    static List<Path> java(String part) {
        return files(file ->
                file.toString().endsWith(".java") && ("/" + file.toString().replace('\\', '/')).contains(part));
    }

    /** Every file that fulfils the condition, relative to the root. */
    static List<Path> files(Predicate<Path> condition) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean skip = NOT_OURS.contains(folder.getFileName().toString()) && !folder.equals(ROOT);
                    return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Path relative = ROOT.relativize(file);
                    if (attributes.isRegularFile() && condition.test(relative)) {
                        found.add(relative);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Could not walk over " + ROOT, e);
        }
        found.sort(null);
        return found;
    }

    /** The text of a file, which is given relative to the root. */
    static String text(Path file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    /** The lines of a file, which is given relative to the root. */
    static List<String> lines(Path file) {
        return text(file).lines().toList();
    }

    private static boolean isScript(Path file) {
        String name = file.getFileName().toString();
        if (name.contains(".")) {
            return false;
        }
        try (var in = Files.newInputStream(ROOT.resolve(file))) {
            return new String(in.readNBytes(2), StandardCharsets.ISO_8859_1).equals("#!");
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }
}
