/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Searches main code for classes that name several hash types. A new type would be missing there, so they ask {@code MapKind} instead. */
class MapKindSetsTest {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern HASH = Pattern.compile("\\b((LRU_|PERCPU_|LRU_PERCPU_)?HASH|RHASH)\\b");

    /** Where a new hash has to be added, if it was tried there or has the same operations. */
    private static final List<String> LISTING = List.of(
            "MapType",
            "MapKind",
            "LazyBulkProgram",
            "KernelFeature",
            "MapErrors",
            // whose E2BIG was read in the kernel and tried
            "Refusals",
            // what users may write, and what they read
            "SavedEntries",
            "ImportCommand",
            "MapRecordReader",
            // RHASH_OR_HASH
            "MapDef",
            "SchemaCompletion");

    @Test
    void hashesAreListedOnlyWhereEachWasTried() {
        List<Path> sources =
                ProjectFiles.below(ProjectFiles.ROOT, "../../((tools|integrations)/)?[^/]+/src/main/java/.*\\.java");
        assertThat(sources).hasSizeGreaterThan(500);
        assertThat(sources.stream()
                        .filter(MapKindSetsTest::listsHashes)
                        .map(source -> source.getFileName().toString().replace(".java", "")))
                .isSubsetOf(LISTING);
    }

    private static boolean listsHashes(Path source) {
        String code = COMMENT.matcher(ProjectFiles.text(source)).replaceAll("");
        return HASH.matcher(code).results().map(MatchResult::group).distinct().count() > 1;
    }
}
