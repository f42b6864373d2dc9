package dev.troth.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.MethodTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every Java file keeps. */
class JavaSourceTest {
    private static final int LONGEST_METHOD = 40;
    private static final Pattern SENTENCE = Pattern.compile("[a-z0-9]+(_[a-z0-9]+)+");
    private static final Set<String> TESTS = Set.of("Test", "ParameterizedTest", "RepeatedTest");
    private static final Pattern ERROR_BY_TEXT =
            Pattern.compile("getMessage\\(\\)\\s*\\.\\s*(contains|startsWith|endsWith|equals|matches|indexOf)");

    @Test
    void methods_are_short() {
        assertThat(JavaSources.findings(Repository.java("/src/"), new JavaSources.Look() {
                    @Override
                    public Void visitMethod(MethodTree method, List<String> found) {
                        long lines = method.getBody() == null ? 0 : lastLine(method) - line(method.getBody()) + 1;
                        if (lines > LONGEST_METHOD) {
                            found.add(at(method) + " " + method.getName() + " has " + lines + " lines");
                        }
                        return super.visitMethod(method, found);
                    }
                }))
                .as("methods of more than %d lines: split them", LONGEST_METHOD)
                .isEmpty();
    }

    @Test
    void names_of_tests_are_sentences() {
        assertThat(JavaSources.findings(Repository.java("/src/"), new JavaSources.Look() {
                    @Override
                    public Void visitMethod(MethodTree method, List<String> found) {
                        boolean test = method.getModifiers().getAnnotations().stream()
                                .anyMatch(annotation -> TESTS.contains(
                                        annotation.getAnnotationType().toString()));
                        if (test && !SENTENCE.matcher(method.getName()).matches()) {
                            found.add(at(method) + " " + method.getName());
                        }
                        return super.visitMethod(method, found);
                    }
                }))
                .as("tests whose name is not a_sentence_in_snake_case")
                .isEmpty();
    }

    @Test
    void no_exception_is_caught_and_forgotten() {
        assertThat(JavaSources.findings(Repository.java("/src/"), new JavaSources.Look() {
                    @Override
                    public Void visitCatch(CatchTree caught, List<String> found) {
                        String body = source(caught.getBlock());
                        if (body.substring(1, body.length() - 1).isBlank()) {
                            found.add(at(caught) + " " + caught.getParameter());
                        }
                        return super.visitCatch(caught, found);
                    }
                }))
                .as("empty catch blocks: handle it, or say in a comment why nothing is to be done")
                .isEmpty();
    }

    @Test
    void errors_are_not_told_apart_by_their_text() {
        assertThat(mainFilesWith(ERROR_BY_TEXT))
                .as("files that look into the message of an exception: use SQLSTATE, vendor codes or types")
                .isEmpty();
    }

    @Test
    void only_programs_write_to_the_console() {
        assertThat(mainFilesWith(Pattern.compile("System\\.(out|err)|printStackTrace")).stream()
                        .filter(file -> !file.startsWith("cli") && !file.startsWith("examples"))
                        .filter(file -> !file.startsWith("benchmarks")))
                .as("files of libraries that write to the console: log with slf4j")
                .isEmpty();
    }

    private static List<Path> mainFilesWith(Pattern pattern) {
        return Repository.java("/src/main/java/").stream()
                .filter(file -> pattern.matcher(Repository.text(file)).find())
                .toList();
    }
}
