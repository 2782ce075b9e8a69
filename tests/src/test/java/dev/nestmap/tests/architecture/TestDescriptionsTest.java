/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A test class begins with a sentence that says which promise it proves. */
@Tag("jdk-independent")
class TestDescriptionsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern DESCRIBED =
            Pattern.compile("(?m)^/\\*\\*(?s:.*?)^(public |final |abstract )*(class|@interface) ");

    @Test
    void eachTestClassSaysWhatItProves() throws IOException {
        List<Path> tests = new ArrayList<>();
        for (Path module : filesBelow(ROOT, 2)) {
            Path sources = module.resolve("src/test/java");
            if (Files.isDirectory(sources) && !module.startsWith(ROOT.resolve("examples/templates"))) {
                tests.addAll(filesBelow(sources, Integer.MAX_VALUE));
            }
        }
        tests.removeIf(file -> !file.toString().matches(".*(Test|Contract)\\.java"));
        assertThat(tests).hasSizeGreaterThan(400);
        for (Path file : tests) {
            assertThat(Files.readString(file)).as(file.toString()).containsPattern(DESCRIBED);
        }
    }

    private static List<Path> filesBelow(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.toList();
        }
    }
}
