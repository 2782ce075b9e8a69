/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Eclipse reports each goal that the metadata for m2e leave out. */
class LifecycleMappingTest {
    private static final Pattern GOAL = Pattern.compile("<goal>(\\w+)</goal>");

    @Test
    void eclipseKnowsEveryGoal() throws IOException {
        String descriptor = Files.readString(Path.of("target/classes/META-INF/maven/plugin.xml"));
        String metadata;
        try (var resource = getClass().getResourceAsStream("/META-INF/m2e/lifecycle-mapping-metadata.xml")) {
            metadata = new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        }

        assertThat(goals(metadata))
                .containsExactlyInAnyOrderElementsOf(goals(descriptor))
                .contains("help", "prepare", "testCompile");
    }

    private static List<String> goals(String xml) {
        return GOAL.matcher(xml).results().map(match -> match.group(1)).toList();
    }
}
