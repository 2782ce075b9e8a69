/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.processor.testing.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

/**
 * Compares the files generated from sources that use every feature with the expected ones, byte for byte. {@code
 * -Dgolden.update=true} rewrites the expected files. Read the difference before you commit it.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final Path EXPECTED = GOLDEN.resolve("generated");
    private static final List<JavaFileObject> SOURCES = Sources.allIn(GOLDEN.resolve("source"));

    @Test
    void generatesTheGoldenFilesForEveryFeature() throws IOException {
        Compilation compilation = Compilers.nestmap().compile(SOURCES);
        assertThat(compilation).succeededWithoutWarnings();
        Map<String, String> generated = generated(compilation);
        if (Boolean.getBoolean("golden.update")) {
            update(generated);
        }

        Map<String, String> expected = Texts.allIn(EXPECTED);
        assertThat(generated.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (path, text) -> assertThat(generated.get(path)).as(path).isEqualTo(text));
    }

    @Test
    void linesOfGeneratedJavaHaveAtMost120Columns() {
        assertThat(Texts.allIn(EXPECTED)).allSatisfy((path, text) -> {
            if (path.endsWith(".java")) {
                assertThat(text.lines())
                        .as(path)
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
            }
        });
    }

    @Test
    void orderOfSourcesDoesNotMatter() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, String> first = generated(process(SOURCES));
        for (int i = 0; i < 5; i++) {
            List<JavaFileObject> shuffled = new ArrayList<>(SOURCES);
            Collections.shuffle(shuffled, random);

            Map<String, String> again = generated(process(shuffled));

            assertThat(again).as("seed %s", seed).isEqualTo(first);
        }
    }

    /** Generates files without compiling them. */
    private static Compilation process(List<JavaFileObject> sources) {
        return Compilers.nestmap().withOptions("-proc:only").compile(sources);
    }

    /** Every generated file that is not a class, by its path below the output folder. */
    private static Map<String, String> generated(Compilation compilation) {
        Map<String, String> texts = new TreeMap<>();
        for (JavaFileObject file : compilation.generatedFiles()) {
            if (file.getKind() != JavaFileObject.Kind.CLASS) {
                // compile-testing names files "/CLASS_OUTPUT/META-INF/bpf/all.schema" and
                // "/SOURCE_OUTPUT/com/acme/AllBpf.java".
                texts.put(file.getName().replaceFirst("^/[A-Z_]+/", ""), Texts.read(file));
            }
        }
        return texts;
    }

    private static void update(Map<String, String> files) throws IOException {
        for (String stale : Texts.allIn(EXPECTED).keySet()) {
            Files.delete(EXPECTED.resolve(stale));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = EXPECTED.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
