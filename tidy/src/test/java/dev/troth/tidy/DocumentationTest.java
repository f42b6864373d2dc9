package dev.troth.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/** Whatever a user can call has a comment that says what it promises. */
class DocumentationTest {

    @Test
    void everything_public_is_documented() {
        List<Path> files = Repository.PUBLISHED.stream()
                .flatMap(module -> Repository.java("/" + module + "/src/main/java/").stream())
                .toList();

        assertThat(JavaSources.findings(files, new Undocumented()))
                .as("public or protected, and without a comment")
                .isEmpty();
    }

    @Test
    void every_package_has_a_sentence_about_itself() {
        Stream<Path> packages =
                Repository.java("/src/main/java/").stream().filter(file -> file.endsWith("package-info.java"));

        assertThat(packages.filter(file -> !Repository.text(file).startsWith("/**")))
                .as("packages without a comment")
                .isEmpty();
    }

    private static final class Undocumented extends JavaSources.Look {

        @Override
        public Void visitClass(ClassTree type, List<String> found) {
            if (!seen(type.getModifiers())) {
                return null; // nor is anything in it
            }
            check(type, "type " + type.getSimpleName(), found);
            return super.visitClass(type, found);
        }

        @Override
        public Void visitMethod(MethodTree method, List<String> found) {
            boolean overrides = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            if (seen(method.getModifiers()) && !overrides && !isImplicit(method)) {
                check(method, "method " + method.getName(), found);
            }
            return null;
        }

        @Override
        public Void visitVariable(VariableTree field, List<String> found) {
            if (seen(field.getModifiers()) && !isComponent(field)) {
                check(field, "field " + field.getName(), found);
            }
            return null;
        }

        /** Whether a user sees it: members of interfaces and constants of enumerations are public without saying so. */
        private boolean seen(ModifiersTree modifiers) {
            Set<Modifier> flags = modifiers.getFlags();
            Tree outer = getCurrentPath().getParentPath().getLeaf();
            boolean implicit = outer.getKind() == Tree.Kind.INTERFACE
                    || outer.getKind() == Tree.Kind.ANNOTATION_TYPE
                    || (outer.getKind() == Tree.Kind.ENUM
                            && getCurrentPath().getLeaf() instanceof VariableTree constant
                            && constant.getType()
                                    .toString()
                                    .equals(((ClassTree) outer).getSimpleName().toString()));
            return flags.contains(Modifier.PUBLIC)
                    || flags.contains(Modifier.PROTECTED)
                    || (implicit && !flags.contains(Modifier.PRIVATE));
        }

        /** The comment of a record speaks for its components. */
        private boolean isComponent(VariableTree field) {
            Tree outer = getCurrentPath().getParentPath().getLeaf();
            return outer.getKind() == Tree.Kind.RECORD
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC);
        }

        /** A constructor that the compiler writes has no source of its own. */
        private boolean isImplicit(MethodTree method) {
            return method.getName().contentEquals("<init>") && lastLine(method) < line(method);
        }

        private void check(Tree tree, String what, List<String> found) {
            String comment = trees().getDocComment(Objects.requireNonNull(getCurrentPath()));
            if (comment == null || comment.isBlank()) {
                found.add(at(tree) + " " + what);
            }
        }
    }
}
