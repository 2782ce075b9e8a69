/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A log handler may throw, for example because its disk is full. If that reached the caller between two steps that belong together, a map
 * would come again that was stored, or a load would fail that is complete. So only these classes call a logger, and they throw nothing.
 */
class LogsTest {
    private static final Set<String> SAFE = Set.of(
            "WarningLog.java",
            "ShipperLog.java",
            "NestmapLifecycle.java",
            "LibbpfLog.java"); // also catches what its patterns throw

    @Test
    void onlyClassesThatThrowNothingCallALogger() throws IOException {
        List<Path> sources = ProjectFiles.below(
                        ProjectFiles.ROOT,
                        "../../(runtime|memory|tools/untyped|integrations/\\w[^/]*)/src/main/java/.*\\.java")
                .stream()
                .filter(file -> !SAFE.contains(file.getFileName().toString()))
                .toList();
        for (String module : List.of("runtime", "memory", "untyped", "kafka", "jdbc", "micrometer", "spring-boot")) {
            assertThat(sources).anyMatch(source -> source.toString().contains(module + "/src/main/java"));
        }
        assertThat(sources)
                .allSatisfy(source -> assertThat(Files.readString(source))
                        .doesNotContainPattern("System\\.getLogger\\(|LoggerFactory\\.getLogger"));
    }
}
