package dev.troth.tidy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The compiled classes of every module. */
final class Bytecode {
    private static final List<String> MODULES = Stream.concat(
                    Repository.PUBLISHED.stream(), Stream.of("examples/blog", "cli", "benchmarks"))
            .toList();

    /** Everything that is shipped. */
    static final JavaClasses MAIN = read("target/classes");

    /** Everything that tests it. */
    static final JavaClasses TESTS = read("target/test-classes");

    private Bytecode() {}

    private static JavaClasses read(String folder) {
        List<Path> folders = MODULES.stream()
                .map(module -> Repository.ROOT.resolve(module).resolve(folder))
                .filter(Files::isDirectory)
                .toList();
        return new ClassFileImporter().importPaths(folders);
    }
}
