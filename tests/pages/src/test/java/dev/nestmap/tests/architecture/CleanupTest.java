/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Searches the sources for code that closes what it opened after an exception and not after an {@code Error}. */
class CleanupTest {
    private static final Path RUNTIME = Path.of("../../runtime/src/main/java");

    /** A catch block without branches that throws what it caught. {@code Undo} and {@code finally} also run after an {@code Error}. */
    private static final Pattern NOT_AFTER_ERRORS =
            Pattern.compile("catch \\((RuntimeException|Exception) (\\w+)\\) \\{[^{}]*\\bthrow \\2;\\s*\\}");

    @Test
    void whatWasOpenedIsAlsoClosedAfterAnError() throws IOException {
        assertThat(ProjectFiles.below(RUNTIME, ".*\\.java"))
                .hasSizeGreaterThan(100)
                .allSatisfy(source -> assertThat(Files.readString(source)).doesNotContainPattern(NOT_AFTER_ERRORS));
    }
}
