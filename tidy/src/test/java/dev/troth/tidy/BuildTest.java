package dev.troth.tidy;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the build keeps: where versions stand, and under which licences the code lies that we use. */
class BuildTest {
    private static final String OURS = "dev.troth";
    private static final String TESTKIT = "testkit";

    /** Licences under which a library may reach those who use ours. */
    private static final Set<String> PERMISSIVE =
            Set.of("Apache-2.0", "MIT", "BSD-2-Clause", "0BSD", "Apache-2.0 or MPL-2.0");

    /** As each project's own pom says. A new dependency needs a line here. */
    private static final Map<String, String> LICENCES = Map.ofEntries(
            entry("org.jspecify", "Apache-2.0"),
            entry("org.slf4j", "MIT"),
            entry("com.fasterxml.jackson", "Apache-2.0"),
            entry("com.fasterxml.jackson.core", "Apache-2.0"),
            entry("com.fasterxml.jackson.datatype", "Apache-2.0"),
            entry("org.msgpack", "Apache-2.0"),
            entry("com.rabbitmq", "Apache-2.0 or MPL-2.0"),
            entry("info.picocli", "Apache-2.0"),
            entry("com.zaxxer", "Apache-2.0"),
            entry("org.apache.commons", "Apache-2.0"),
            entry("org.hdrhistogram", "BSD-2-Clause"),
            entry("org.tukaani", "0BSD"),
            entry("org.assertj", "Apache-2.0"),
            entry("org.postgresql", "BSD-2-Clause"),
            entry("io.zonky.test.postgres", "Apache-2.0"), // the packaging; PostgreSQL itself has a licence like MIT
            // In tests, in the example and in the command line only.
            entry("org.junit", "EPL-2.0"),
            entry("org.junit.jupiter", "EPL-2.0"),
            entry("org.mariadb.jdbc", "LGPL-2.1"),
            entry("com.h2database", "EPL-1.0 or MPL-2.0"),
            entry("org.apache.derby", "Apache-2.0"),
            entry("com.tngtech.archunit", "Apache-2.0"),
            entry("org.openjdk.jmh", "GPL-2.0 with the Classpath Exception"), // in the benchmarks only
            entry("org.pitest", "Apache-2.0"),
            // Of others, whom the benchmarks measure.
            entry("org.jboss", "Apache-2.0"),
            entry("org.jboss.logging", "Apache-2.0"),
            entry("org.jboss.narayana.jta", "Apache-2.0"),
            entry("jakarta.transaction", "EPL-2.0 or GPL-2.0 with exception"),
            entry("javax.transaction", "CDDL-1.1 or GPL-2.0 with exception"),
            entry("io.agroal", "Apache-2.0"),
            entry("org.apache.activemq", "Apache-2.0"),
            entry("com.atomikos", "Apache-2.0 or Atomikos's own"),
            entry("io.seata", "Apache-2.0"),
            entry("org.springframework", "Apache-2.0"),
            entry("org.springframework.boot", "Apache-2.0"),
            entry("org.mybatis", "Apache-2.0"),
            entry("org.hibernate.orm", "LGPL-2.1"), // used where a service has brought it
            entry("io.micrometer", "Apache-2.0"),
            entry("com.alibaba", "Apache-2.0"),
            entry("com.typesafe", "Apache-2.0"),
            entry("com.google.guava", "Apache-2.0"),
            entry("commons-lang", "Apache-2.0"),
            entry("commons-pool", "Apache-2.0"),
            entry("com.github.ben-manes.caffeine", "Apache-2.0"),
            entry("com.gruelbox", "Apache-2.0"),
            entry("io.netty", "Apache-2.0"),
            entry("net.bytebuddy", "Apache-2.0"));

    /** The libraries of a program of others, in the versions that it wants; nothing of ours is compiled with them. */
    private static final Path OUTSIDE_THE_BUILD = Path.of("benchmarks", "seata-server", "pom.xml");

    private static final Pattern OF_THE_ROOT = Pattern.compile("\\$\\{[a-z0-9.-]+}");

    @Test
    void every_dependency_has_a_known_licence() {
        assertThat(poms().stream()
                        .flatMap(Pom::dependencies)
                        .map(Pom.Dependency::group)
                        .filter(group -> !group.equals(OURS) && !LICENCES.containsKey(group))
                        .distinct())
                .as("dependencies without a line in LICENCES")
                .isEmpty();
    }

    @Test
    void what_we_publish_brings_along_permissive_licences_only() {
        for (String module : Repository.PUBLISHED) {
            assertThat(Pom.read(Path.of(module, "pom.xml"))
                            .dependencies()
                            .filter(dependency -> !dependency.scope().equals("test"))
                            .filter(dependency -> !dependency.optional()) // whoever wants it brings it along
                            .filter(dependency -> !dependency.group().equals(OURS))
                            .filter(dependency -> !(module.equals(TESTKIT)
                                    && dependency.group().startsWith("org.junit")))
                            .filter(dependency -> !PERMISSIVE.contains(LICENCES.get(dependency.group()))))
                    .as("dependencies of %s under other licences", module)
                    .isEmpty();
        }
    }

    @Test
    void versions_stand_in_one_place() {
        assertThat(poms().stream()
                        .filter(pom -> !pom.file().equals(Path.of("pom.xml"))
                                && !pom.file().equals(OUTSIDE_THE_BUILD))
                        .filter(pom -> pom.dependencies()
                                .map(Pom.Dependency::version)
                                .anyMatch(version -> !version.isEmpty()
                                        && !OF_THE_ROOT.matcher(version).matches()))
                        .map(Pom::file))
                .as("modules that name a version: put it under dependencyManagement or properties in the root")
                .isEmpty();
    }

    @Test
    void everything_comes_from_maven_central() {
        assertThat(poms().stream()
                        .filter(pom -> pom.elements("repository").findAny().isPresent()
                                || pom.elements("pluginRepository").findAny().isPresent())
                        .map(Pom::file))
                .as("poms that name a repository")
                .isEmpty();
        assertThat(Pom.read(Path.of("pom.xml"))
                        .dependencies()
                        .filter(dependency -> dependency.version().endsWith("-SNAPSHOT")))
                .as("versions that change")
                .isEmpty();
    }

    @Test
    void the_wrapper_checks_what_it_downloads() {
        String properties = Repository.text(Path.of(".mvn", "wrapper", "maven-wrapper.properties"));

        assertThat(properties)
                .containsPattern(Pattern.compile("(?m)^distributionUrl=https://archive\\.apache\\.org/dist/maven/"))
                .containsPattern(Pattern.compile("(?m)^distributionSha256Sum=[0-9a-f]{64}$"));
    }

    @Test
    void scripts_can_be_run() {
        for (String script : List.of("dev", "troth", "mvnw", ".ci/run")) {
            assertThat(Repository.ROOT.resolve(script)).isExecutable();
        }
    }

    private static List<Pom> poms() {
        return Repository.files(file -> file.endsWith("pom.xml")).stream()
                .map(Pom::read)
                .toList();
    }
}
