/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A test class begins with a sentence that says which promise it proves. */
class TestDescriptionsTest {
    private static final Pattern DESCRIBED =
            Pattern.compile("(?m)^/\\*\\*(?s:.*?)^(public |final |abstract )*(class|@?interface) ");

    @Test
    void eachTestClassSaysWhatItProves() throws IOException {
        List<Path> tests = ProjectFiles.below(
                ProjectFiles.ROOT, "(?!../../examples/templates/).*/src/test/java/.*(Test|Contract)\\.java");
        assertThat(tests).hasSizeGreaterThan(400);
        for (Path file : tests) {
            assertThat(Files.readString(file)).as(file.toString()).containsPattern(DESCRIBED);
        }
    }
}
