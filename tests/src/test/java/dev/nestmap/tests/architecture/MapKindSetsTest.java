/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Searches main code for lists of hash types. A new type would be missing there, so code asks a column of {@code MapKind} instead. */
@Tag("jdk-independent")
class MapKindSetsTest {
    private static final Pattern LIST_OF_HASHES =
            Pattern.compile("Set\\.of\\(\\s*MapKind\\.(?!SOCK|DEV)[A-Z_]*HASH\\b");

    /** The reasons of an errno, and the types for which a program was measured. */
    private static final List<String> LISTING = List.of("LazyBulkProgram.java", "MapErrors.java");

    @Test
    void hashesAreListedOnlyWhereEachWasTried() {
        List<Path> sources = Stream.of("schema", "processor", "bpf-c-templates", "runtime", "memory")
                .map(module -> Path.of("..", module, "src/main/java"))
                .flatMap(MapKindSetsTest::sources)
                .toList();
        assertThat(sources).hasSizeGreaterThan(500);
        assertThat(sources.stream()
                        .filter(source -> LIST_OF_HASHES.matcher(read(source)).find())
                        .map(source -> source.getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(LISTING);
    }

    private static Stream<Path> sources(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
