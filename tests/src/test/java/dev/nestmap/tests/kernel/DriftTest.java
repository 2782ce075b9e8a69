/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Differences between C and Java are detected: by the C compiler, or when an object is bound. */
@KernelTest
class DriftTest {
    /** The previous version of {@link Drift}, without the count of bytes. */
    private static final String OLDER = """
            package dev.nestmap.tests.kernel;

            import dev.nestmap.annotations.*;

            @BpfObject("drift")
            public interface Drift {
                @InnerMap(maxEntries = 16)
                record Entry(@Key @U32 long id, @U64 long packets, @U32 long last) {}

                @OuterMap(inner = Entry.class, maxEntries = 4)
                record Site(@U32 long number) {}
            }
            """;

    @TempDir
    Path directory;

    @Test
    void theUnchangedHeaderFits() throws IOException {
        Path object = compile(Files.readString(BpfObjects.generated("drift.bpf.h")));

        try (DriftBpf bpf = DriftBpf.load(object);
                LoadedObject loaded = Nestmap.open(object).load()) {
            assertThat(bpf.site().create(1).count()).isZero();
            assertThat(loaded.map(DriftBpf.SITE_MAP).create(1).count()).isZero();
        }
    }

    @InstalledClang.Each
    void aFieldMovedInTheHeaderDoesNotCompile(InstalledClang clang) throws IOException {
        String moved = headerWith(
                "\t__u64 packets;\n\t__u64 bytes;\n\t__u32 last;", "\t__u32 last;\n\t__u64 packets;\n\t__u64 bytes;");

        InstalledCommand.Result result = clang.compile(write(moved), directory.resolve("moved.bpf.o"));

        assertThat(result.status()).isNotZero();
        assertThat(result.output())
                .contains("offset of packets in struct entry", "offset of bytes in struct entry")
                .contains("offset of last in struct entry");
    }

    @Test
    void anObjectCompiledWithAnOlderHeaderIsRejected() throws IOException {
        Path older = directory.resolve("older");
        assertThat(new OutputFolder(older).compile(Sources.of(OLDER))).succeeded();
        Path object =
                compile(Files.readString(older.resolve("META-INF/bpf/include/dev/nestmap/tests/kernel/drift.bpf.h")));

        assertBpfException(() -> DriftBpf.load(object))
                .hasMessageContaining("map site, inner entry_map, value struct entry, field bytes: ")
                .hasMessageContaining("__u64 at offset 8")
                .hasMessageContaining("missing")
                .hasMessageContaining(Drift.class.getName())
                .hasMessageContaining("Compile the object again with the generated header drift.bpf.h");
        failsToBind(object, "field bytes");
    }

    @Test
    void anotherTypeOfTheSameSizeIsRejected() throws IOException {
        Path object = compile(headerWith("\t__u32 last;", "\t__s32 last;"));

        assertBpfException(() -> DriftBpf.load(object))
                .hasMessageContaining("map site, inner entry_map, value struct entry, field last: "
                        + "unsigned (__u32) in the records, signed (__s32) in the object")
                .hasMessageContaining("Compile the object again with the generated header drift.bpf.h");
        failsToBind(object, "field last");
    }

    @Test
    void anotherByteOrderIsRejected() throws IOException {
        Path object = compile(headerWith("\t__u64 bytes;", "\t__be64 bytes;"));

        assertBpfException(() -> DriftBpf.load(object), "field bytes: ", "big-endian (__be64) in the object");
    }

    @Test
    void anotherNumberOfEntriesIsRejected() throws IOException {
        Path object = compile(headerWith("max_entries, 16", "max_entries, 17"));

        assertBpfException(() -> DriftBpf.load(object))
                .hasMessageContaining("map site, inner entry_map: max_entries 16 in the records, 17 in the object");
    }

    private static void failsToBind(Path object, String difference) {
        try (LoadedObject loaded = Nestmap.open(object).load()) {
            assertBpfException(() -> loaded.map(DriftBpf.SITE_MAP), difference)
                    .isOf("binding of map site of object drift");
        }
    }

    private static String headerWith(String original, String replacement) throws IOException {
        String header = Files.readString(BpfObjects.generated("drift.bpf.h"));
        assertThat(header).contains(original);
        return header.replace(original, replacement);
    }

    private Path compile(String header) throws IOException {
        Path object = directory.resolve("drift.bpf.o");
        InstalledClang.newest().compile(write(header), object).succeeded();
        return object;
    }

    private Path write(String header) throws IOException {
        Files.writeString(directory.resolve("drift.bpf.h"), header);
        return Files.writeString(directory.resolve("drift.bpf.c"), "#include \"drift.bpf.h\"\n");
    }
}
