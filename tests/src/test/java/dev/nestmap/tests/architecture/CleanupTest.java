/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Searches the sources for code that closes what it opened after an exception and not after an {@code Error}. */
@Tag("jdk-independent")
class CleanupTest {
    private static final Path RUNTIME = Path.of("../runtime/src/main/java");

    /** A catch block without branches that throws what it caught. {@code Undo} and {@code finally} also run after an {@code Error}. */
    private static final Pattern NOT_AFTER_ERRORS =
            Pattern.compile("catch \\((RuntimeException|Exception) (\\w+)\\) \\{[^{}]*\\bthrow \\2;\\s*\\}");

    @Test
    void whatWasOpenedIsAlsoClosedAfterAnError() throws IOException {
        try (Stream<Path> files = Files.walk(RUNTIME)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources).hasSizeGreaterThan(100);
            assertThat(sources)
                    .allSatisfy(source -> assertThat(Files.readString(source)).doesNotContainPattern(NOT_AFTER_ERRORS));
        }
    }
}
