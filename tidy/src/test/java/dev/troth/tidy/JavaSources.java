package dev.troth.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java files as syntax trees: parsed, not compiled. */
final class JavaSources {
    private JavaSources() {}

    /** Looks at one file and adds what is wrong there. */
    abstract static class Look extends TreePathScanner<Void, List<String>> {
        private Trees trees;
        private CompilationUnitTree unit;

        @SuppressWarnings("NullAway.Init") // set before each scan
        Look() {}

        final Trees trees() {
            return trees;
        }

        /** The line on which the tree that is being looked at starts. */
        final long line(com.sun.source.tree.Tree tree) {
            return unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
        }

        /** The line on which the tree that is being looked at ends. */
        final long lastLine(com.sun.source.tree.Tree tree) {
            return unit.getLineMap().getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree));
        }

        /** The source of the tree that is being looked at. */
        final String source(com.sun.source.tree.Tree tree) {
            int start = (int) trees.getSourcePositions().getStartPosition(unit, tree);
            int end = (int) trees.getSourcePositions().getEndPosition(unit, tree);
            try {
                return unit.getSourceFile().getCharContent(true).toString().substring(start, end);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Where the tree is, for a message that an IDE can click on. */
        final String at(com.sun.source.tree.Tree tree) {
            Path file = Repository.ROOT.relativize(Path.of(unit.getSourceFile().toUri()));
            return file + ":" + line(tree);
        }
    }

    /** Parses the files, which are given relative to the root, and returns all that the look finds. */
    static List<String> findings(List<Path> files, Look look) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            List<Path> absolute = files.stream().map(Repository.ROOT::resolve).toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(absolute));
            List<String> findings = new ArrayList<>();
            look.trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                look.unit = unit;
                look.scan(unit, findings);
            }
            return findings;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not parse the sources", e);
        }
    }
}
