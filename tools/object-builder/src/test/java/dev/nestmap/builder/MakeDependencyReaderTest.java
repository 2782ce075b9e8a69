/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Clang's list of dependencies is read as make reads it. */
class MakeDependencyReaderTest {
    private static final Path BASE = Path.of("/w");

    @Test
    void readsContinuedLinesAndResolvesNames() {
        assertThat(MakeDependencyReader.parse("object: /w/a.c b.h \\\n  ../x/c.h\n", BASE))
                .containsExactly(Path.of("/w/a.c"), Path.of("/w/b.h"), Path.of("/x/c.h"));
    }

    @Test
    void undoesTheQuotingOfMake() {
        assertThat(MakeDependencyReader.parse("object: my\\ file.c cost$$.h hash\\#.h back\\slash.h\n", BASE))
                .containsExactlyInAnyOrder(
                        Path.of("/w/my file.c"),
                        Path.of("/w/cost$.h"),
                        Path.of("/w/hash#.h"),
                        Path.of("/w/back\\slash.h"));
    }

    @Test
    void hasNoFilesWithoutARule() {
        assertThat(MakeDependencyReader.parse("object:\n", BASE)).isEmpty();
        assertThat(MakeDependencyReader.parse("", BASE)).isEmpty();
    }
}
