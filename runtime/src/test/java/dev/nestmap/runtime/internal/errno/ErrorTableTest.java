/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.schema.program.AttachmentKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

    @Test
    void eachMessageHasItsValues() {
        assertThat(ErrorTable.message("LINK_WAS_UPDATED", "link 7", 42))
                .startsWith("another process has replaced the program: link 7 had program 42 when");
        assertThat(ErrorTable.message("XDP_IS_REFUSED", "eth$0"))
                .startsWith("the driver of eth$0 can't run")
                .contains("ip link set dev eth$0 mtu 1500")
                .doesNotContain("{");
    }

    /** What the code asks for is in the file, and nothing else. */
    @Test
    void eachMessageIsUsed() throws IOException {
        Pattern call = Pattern.compile("ErrorTable\\.message\\(\\s*\"([A-Z_]+)\"");
        List<String> used = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                call.matcher(Files.readString(source)).results().forEach(found -> used.add(found.group(1)));
            }
        }

        assertThat(ErrorTable.MESSAGES.names()).containsExactlyInAnyOrderElementsOf(used);
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
