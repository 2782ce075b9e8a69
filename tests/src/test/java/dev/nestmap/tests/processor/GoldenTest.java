/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is generated from a schema that uses everything, byte for byte. {@code -Dgolden.update=true} writes the files anew;
 * look at the difference before you commit it.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final Path EXPECTED = GOLDEN.resolve("generated");
    private static final List<Source> SOURCES = Source.allIn(GOLDEN.resolve("source"));

    @TempDir
    Path output;

    @Test
    void everything() throws IOException {
        Javac.Result result = Javac.into(output).options("-Werror").compile(SOURCES);
        assertThat(result.complaints()).isEmpty();
        if (Boolean.getBoolean("golden.update")) {
            update(result.files());
        }

        assertThat(result.files().keySet()).isEqualTo(expected().keySet());
        expected()
                .forEach((path, text) -> assertThat(result.text(path)).as(path).isEqualTo(text));
    }

    @Test
    void linesOfGeneratedJavaHaveAtMost120Columns() throws IOException {
        assertThat(expected()).allSatisfy((path, text) -> {
            if (path.endsWith(".java")) {
                assertThat(text.lines())
                        .as(path)
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
            }
        });
    }

    @Test
    void theOrderOfSourcesDoesNotMatter() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, String> first =
                Javac.into(output.resolve("first")).compile(SOURCES).files();
        for (int i = 0; i < 5; i++) {
            List<Source> shuffled = new ArrayList<>(SOURCES);
            Collections.shuffle(shuffled, random);

            Map<String, String> again =
                    Javac.into(output.resolve("run" + i)).compile(shuffled).files();

            assertThat(again).as("seed %s", seed).isEqualTo(first);
        }
    }

    private static Map<String, String> expected() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(EXPECTED)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                texts.put(EXPECTED.relativize(path).toString(), Files.readString(path));
            }
        }
        return texts;
    }

    private static void update(Map<String, String> files) throws IOException {
        for (String stale : expected().keySet()) {
            Files.delete(EXPECTED.resolve(stale));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = EXPECTED.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
