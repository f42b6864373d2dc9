package dev.troth.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names say what a type is for, not what kind of code it is. */
class NamesTest {
    private static final Pattern EMPTY_WORDS =
            Pattern.compile("(Abstract|Default|Base)[A-Z].*|.*(Utils?|Helpers?|Managers?|Impl|Base|Data|Infos?)");
    private static final List<String> EMPTY_FOLDERS = List.of("util", "utils", "helper", "common", "misc", "impl");

    @Test
    void no_type_has_a_name_that_says_nothing() {
        assertThat(all().filter(type ->
                                EMPTY_WORDS.matcher(type.getSimpleName()).matches())
                        .map(JavaClass::getName))
                .as("types named by an empty word: name it by its duty, or by what makes it different")
                .isEmpty();
    }

    @Test
    void no_package_has_a_name_that_says_nothing() {
        assertThat(all().map(JavaClass::getPackageName)
                        .distinct()
                        .filter(name -> EMPTY_FOLDERS.contains(name.substring(name.lastIndexOf('.') + 1))))
                .as("packages named by an empty word")
                .isEmpty();
    }

    private static Stream<JavaClass> all() {
        return Stream.concat(Bytecode.MAIN.stream(), Bytecode.TESTS.stream());
    }
}
