/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The POMs of Nestmap, and those that users inherit or copy. */
class VersionsTest {
    private static final Pattern PINNED =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>(\\d[^<]*)</version>");

    /** Otherwise users build with other versions than those that Nestmap is tested with. */
    @Test
    void noArtifactHasTwoVersions() throws IOException {
        Map<String, Set<String>> versions = new TreeMap<>();
        for (Path pom : poms()) {
            PINNED.matcher(Files.readString(pom))
                    .results()
                    .forEach(pin -> versions.computeIfAbsent(pin.group(1), artifact -> new TreeSet<>())
                            .add(pin.group(2)));
        }
        versions.remove("nestmap-parent");

        assertThat(versions).containsKeys("maven-compiler-plugin", "maven-surefire-plugin");
        assertThat(versions).allSatisfy((artifact, pinned) -> assertThat(pinned).hasSize(1));
    }

    /** Gradle ignores the profiles of a POM, and Maven decides by the JDK of the build, but a service may run on another one. */
    @Test
    void noDependencyDependsOnAProfile() throws IOException {
        for (Path pom : poms()) {
            assertThat(pom).content().doesNotContainPattern("(?s)<profile>(?:(?!</profile>).)*<dependencies>");
        }
    }

    private static List<Path> poms() {
        List<Path> poms = ProjectFiles.below(ProjectFiles.ROOT, "(?!.*/src/).*/pom\\.xml");
        assertThat(poms).contains(Path.of("../../runtime/pom.xml"), Path.of("../../examples/templates/maven/pom.xml"));
        return poms;
    }
}
