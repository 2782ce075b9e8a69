/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.List;
import java.util.stream.Stream;
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
        assertThat(ErrorTable.KERNEL.explanation("PERF_EVENT", Errno.ENOENT.number()))
                .isNotNull()
                .isEqualTo(ErrorTable.KERNEL.explanation("PERF_EVENT", Errno.EOPNOTSUPP.number()));
        assertThat(ErrorTable.KERNEL.explanation("PERF_EVENT", Errno.E2BIG.number()))
                .isNull();
    }

    /** A word that nothing looks for would explain nothing. */
    @Test
    void eachRowIsOfSomethingThatCanFail() {
        List<String> others = List.of("OPEN", "LOAD", "TEST_RUN", "STRUCT_OPS_REPLACEMENT", "PIN", "PATH", "EXCHANGE");

        assertThat(ErrorTable.KERNEL.rows())
                .flatExtracting(ErrorTable.Row::when)
                .filteredOn(word -> !others.contains(word))
                .isSubsetOf(Stream.of(AttachmentKind.values()).map(Enum::name).toList());
    }

    /** As when the process has too many files open. */
    @Test
    void explainsNothingIfTheFileCantBeRead() {
        ErrorTable missing = new ErrorTable("missing.txt");

        assertThat(missing.rows()).isEmpty();
        assertThat(missing.explanation("XDP", Errno.ERANGE.number())).isNull();
        assertThat(missing.text("FULL")).isEmpty();
    }
}
