package dev.troth.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every file keeps. */
class FilesTest {
    private static final int LONGEST_FILE = 500;
    private static final int LONGEST_DECISION = 40;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK)\\b");
    private static final Pattern SOMEBODYS_MACHINE = Pattern.compile("(?<![\\w.])/(work|root|home/[a-z]+|Users)/");
    private static final Pattern MARKED = Pattern.compile("(?m)^@NullMarked$");

    @Test
    void no_file_is_too_long() {
        assertThat(Repository.texts().stream()
                        .filter(file -> Repository.lines(file).size() > LONGEST_FILE)
                        .map(file -> file + " has " + Repository.lines(file).size() + " lines"))
                .as("files of more than %d lines: split them", LONGEST_FILE)
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"README.md, 150", "README.zh-CN.md, 150", "ARCHITECTURE.md, 200"})
    void what_everybody_reads_is_short(String name, int most) {
        Path file = Path.of(name);

        assertThat(Repository.ROOT.resolve(file)).exists();
        assertThat(Repository.lines(file)).as(name).hasSizeLessThanOrEqualTo(most);
    }

    @Test
    void decisions_fit_on_a_page() {
        assertThat(Repository.files(file -> file.startsWith("docs/adr")).stream()
                        .filter(file -> Repository.lines(file).size() > LONGEST_DECISION))
                .as("records of decisions of more than %d lines: context, decision, price", LONGEST_DECISION)
                .isEmpty();
    }

    @Test
    void every_package_says_that_nothing_is_null() {
        assertThat(Repository.java("/src/main/java/").stream()
                        .map(Path::getParent)
                        .distinct()
                        .map(folder -> folder.resolve("package-info.java"))
                        .filter(file -> !Files.exists(Repository.ROOT.resolve(file))
                                || !MARKED.matcher(Repository.text(file)).find()))
                .as("packages without @NullMarked in a package-info.java")
                .isEmpty();
    }

    @Test
    void nothing_is_left_for_later() {
        assertThat(linesWith(UNFINISHED))
                .as("notes to ourselves: do it, or open an issue")
                .isEmpty();
    }

    @Test
    void nothing_speaks_of_somebodys_machine() {
        assertThat(linesWith(SOMEBODYS_MACHINE)).as("paths of one machine").isEmpty();
    }

    private static List<String> linesWith(Pattern pattern) {
        return Repository.texts().stream()
                .flatMap(file -> linesWith(pattern, file))
                .toList();
    }

    private static Stream<String> linesWith(Pattern pattern, Path file) {
        List<String> lines = Repository.lines(file);
        return IntStream.range(0, lines.size())
                .filter(i -> pattern.matcher(lines.get(i)).find())
                .mapToObj(i -> file + ":" + (i + 1) + " " + lines.get(i).strip());
    }
}
