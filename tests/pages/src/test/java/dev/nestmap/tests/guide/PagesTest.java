/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles the Java and C on the README and on the pages of the documentation. */
class PagesTest {
    private static final Path ROOT = Path.of("../..");

    @TempDir
    Path directory;

    static List<Page> pages() throws IOException {
        return Page.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void thePagesCodeCompiles(Page page) throws IOException {
        page.compile(directory);
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.size(ROOT.resolve("README.md"))).isLessThanOrEqualTo(7_168);
    }

    @Test
    void theReadmeHasTheCommandThatRunsTheTests() throws IOException {
        String inCi = Files.readAllLines(ROOT.resolve(".ci/run")).stream()
                .filter(line -> line.contains(" bin/test "))
                .findFirst()
                .orElseThrow();

        assertThat(Files.readString(ROOT.resolve("README.md"))).contains(inCi).contains("bin/demo");
    }
}
