/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.schema.program.AttachmentKind;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Set<String> used = new HashSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                call.matcher(Files.readString(source)).results().forEach(found -> used.add(found.group(1)));
            }
        }

        assertThat(ErrorTable.MESSAGES.names()).containsExactlyInAnyOrderElementsOf(used);
    }

    /** The VM keeps the jars of its classes open, and so needs no other descriptor for the files in them. */
    @Test
    void aServiceWithoutADescriptorLeftReadsTheFilesInItsJars(@TempDir Path jars) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Files.isDirectory(Path.of(entry)) ? jar(entry, jars.resolve(entries.size() + ".jar")) : entry);
        }

        assertThat(new ChildVm()
                        .withClassPath(String.join(File.pathSeparator, entries))
                        .withOpenFiles(256)
                        .run(Starving.class))
                .contains(
                        "Too many open files",
                        "no descriptor: another process has replaced the program: link 7 had",
                        "true");
    }

    private static String jar(String directory, Path jar) {
        assertThat(ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "-cf0", jar.toString(), "-C", directory, "."))
                .isZero();
        return jar.toString();
    }

    /** Opens as many files as it may, and explains an error for the first time. */
    static final class Starving {
        private Starving() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println(Reason.FULL + " is of a class that each service has used before");
            List<InputStream> open = new ArrayList<>();
            String refusal = "";
            while (refusal.isEmpty()) {
                try {
                    open.add(new FileInputStream("/dev/null"));
                } catch (IOException e) {
                    refusal = String.valueOf(e.getMessage());
                }
            }
            String message = ErrorTable.message("LINK_WAS_UPDATED", "link 7", 42);
            boolean hasRows = !ErrorTable.KERNEL.rows().isEmpty();
            for (InputStream each : open) {
                each.close();
            }
            System.out.println(refusal + ", no descriptor: " + message + hasRows);
        }
    }

    /** As from a directory when the process has too many files open. */
    @Test
    void explainsNothingIfTheFileCantBeRead() {
        ErrorTable missing = new ErrorTable("missing.txt");

        assertThat(missing.rows()).isEmpty();
        assertThat(missing.explanation("XDP", Errno.ERANGE.number())).isNull();
        assertThat(missing.text("FULL")).isEmpty();
    }
}
