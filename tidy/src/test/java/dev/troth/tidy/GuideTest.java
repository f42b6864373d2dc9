package dev.troth.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Refusal;
import dev.troth.spi.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say is so: their Java is compiled, their links lead somewhere, what they name exists. */
class GuideTest {
    private static final Path ARCHITECTURE = Path.of("ARCHITECTURE.md");
    private static final Path ERRORS = Path.of("docs", "errors.md");

    private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^\\s*// snippet$(.*?)^\\s*// end$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(#[^)\\s]+)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern TEST_NAME = Pattern.compile("`([a-z0-9]+(?:_[a-z0-9]+){3,})`");
    private static final Pattern TEST_METHOD = Pattern.compile("\\bvoid ([a-z0-9_]+)\\(");
    private static final Pattern CODE = Pattern.compile("TROTH-\\d{4}");

    @Test
    void the_java_of_every_document_is_compiled() {
        List<String> compiled = Stream.of("/examples/", "/spring-boot-starter/src/test/")
                .flatMap(folder -> Repository.java(folder).stream())
                .flatMap(file -> found(SNIPPET, file))
                .map(snippet -> squeeze(snippet.group(1)))
                .toList();

        assertThat(documents().stream()
                        .flatMap(file -> found(JAVA_BLOCK, file)
                                .filter(block -> !compiled.contains(squeeze(block.group(1))))
                                .map(block -> file + ":\n" + block.group(1))))
                .as(
                        "blocks that do not stand between // snippet and // end in a source of examples/, or in a test of the starter")
                .isEmpty();
        assertThat(found(JAVA_BLOCK, Path.of("README.md"))).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void every_link_leads_somewhere() {
        assertThat(documents().stream()
                        .flatMap(file -> found(LINK, file)
                                .filter(link -> !link.group(1).contains("://"))
                                .filter(link -> !leadsSomewhere(file, link))
                                .map(link -> file + " " + link.group())))
                .as("links to files or headings that are not there")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ARCHITECTURE.md", "docs/events.md", "docs/rabbitmq-toolbox.md", "docs/queue-layouts.md"})
    void every_test_that_a_document_names_exists(String document) {
        List<String> tests = Repository.java("/src/").stream()
                .flatMap(file -> found(TEST_METHOD, file))
                .map(method -> method.group(1))
                .toList();

        assertThat(found(TEST_NAME, Path.of(document))
                        .map(name -> name.group(1))
                        .filter(name -> !name.startsWith("troth_"))) // a table
                .isNotEmpty()
                .isSubsetOf(tests);
    }

    @Test
    void every_crash_point_and_every_reason_is_listed() {
        assertThat(Repository.text(ARCHITECTURE))
                .contains(Arrays.stream(CrashPoint.values())
                        .map(point -> "`" + point + "`")
                        .toList());
        assertThat(Repository.text(ERRORS))
                .contains(Arrays.stream(Refusal.Reason.values())
                        .map(reason -> "| `" + reason + "` |")
                        .toList());
    }

    @Test
    void every_code_is_explained_once_and_means_one_thing() {
        List<Path> sources = Repository.java("/src/main/java/");
        List<String> explained = found(Pattern.compile("(?m)^\\| (TROTH-\\d{4}) \\|"), ERRORS)
                .map(row -> row.group(1))
                .toList();

        assertThat(sources.stream()
                        .flatMap(file -> found(CODE, file))
                        .map(MatchResult::group)
                        .distinct())
                .as("codes in the sources, and codes that %s explains", ERRORS)
                .containsExactlyInAnyOrderElementsOf(explained);
        assertThat(explained.stream()
                        .filter(code -> sources.stream()
                                        .filter(file -> Repository.text(file).contains(code))
                                        .map(file -> file.getName(0))
                                        .distinct()
                                        .count()
                                > 1))
                .as("codes that two modules use: each for a meaning of its own")
                .isEmpty();
        assertThat(explained)
                .as("codes by their last digits, listed in %s", ARCHITECTURE)
                .allSatisfy(code -> assertThat(Repository.text(ARCHITECTURE)).contains("| " + code.substring(6) + " "));
    }

    private static List<Path> documents() {
        return Repository.texts().stream()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    private static Stream<MatchResult> found(Pattern pattern, Path file) {
        return pattern.matcher(Repository.text(file)).results();
    }

    private static String squeeze(String java) {
        return java.replaceAll("\\s", "");
    }

    private static boolean leadsSomewhere(Path from, MatchResult link) {
        Path to = link.group(1).isEmpty()
                ? from
                : from.resolveSibling(link.group(1)).normalize();
        if (!Files.exists(Repository.ROOT.resolve(to))) {
            return false;
        }
        return link.group(2) == null
                || found(HEADING, to).anyMatch(heading -> link.group(2).equals("#" + anchor(heading.group(1))));
    }

    /** As GitHub makes it from a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}\\- _]", "")
                .replace(' ', '-');
    }
}
