/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import org.junit.jupiter.api.Test;

/** Files explain errors, and never replace them. */
class ErrorTableTest {
    @Test
    void explainsErrnosAndReplacesTheNamesOfTexts() {
        ErrorTable maps = new ErrorTable("map-errors.txt");

        assertThat(maps.rows())
                .hasSizeGreaterThan(50)
                .noneMatch(row -> row.explanation().matches("(?s).*\\{[A-Z_]+}.*"));
        assertThat(maps.text("FULL")).startsWith("the map is full (max_entries is {max})");
        assertThat(ErrorTable.KERNEL.of("PERF_EVENT"))
                .containsKeys(Errno.ENOENT, Errno.EOPNOTSUPP)
                .doesNotContainKey(Errno.E2BIG);
    }

    /** As when the process has too many files open. */
    @Test
    void explainsNothingIfTheFileCantBeRead() {
        ErrorTable missing = new ErrorTable("missing.txt");

        assertThat(missing.rows()).isEmpty();
        assertThat(missing.of("XDP")).isEmpty();
        assertThat(missing.text("FULL")).isEmpty();
    }
}
