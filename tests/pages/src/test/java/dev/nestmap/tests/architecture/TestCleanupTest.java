/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * No {@code finally} of a test throws because of what has failed before: this would hide the failure, and let a test fail that is to be skipped.
 * A try with resources keeps the first failure.
 */
class TestCleanupTest {
    private static final Pattern HIDING =
            Pattern.compile("(?m)^( +)\\} finally \\{\\n(?:\\1 .*\\n)*?\\1 .*\\b(?:assertThat|openPinnedLink|umount)");

    @Test
    void noFinallyHidesWhyATestHasFailed() throws IOException {
        for (Path file :
                ProjectFiles.below(ProjectFiles.ROOT, "(?!../../examples/templates/).*/src/test/java/.*\\.java")) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(HIDING);
        }
    }
}
