/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program gets the offsets of a kernel's structs from a file, if the kernel does not say them. */
@KernelTest
class KernelTypesFileTest {
    private static final int NO_FIELD = 1;
    private static final int OFFSET_ELSEWHERE = 24;

    @TempDir
    private Path directory;

    @Test
    void aFileReplacesTheTypesOfTheKernel() throws IOException {
        assertThat(offset(open())).isEqualTo(NO_FIELD);
        Path elsewhere = compiled("types.o", "-DELSEWHERE");
        assertThat(offset(open().kernelTypes(elsewhere))).isEqualTo(OFFSET_ELSEWHERE);
    }

    @Test
    void theFileMustHaveTypes() throws IOException {
        Path missing = directory.resolve("missing.btf");
        assertBpfException(() -> open().kernelTypes(missing))
                .hasReason(Reason.NOT_FOUND)
                .hasMessageContaining("the file with the kernel's types can't be read: " + missing);

        Path wrong = Files.writeString(directory.resolve("wrong.btf"), "no types");
        assertBpfException(() -> open().kernelTypes(wrong).load()).hasMessageContaining("failed to parse target BTF");
    }

    private Nestmap.OpenFile open() throws IOException {
        return Nestmap.open(compiled("elsewhere.bpf.o"));
    }

    private Path compiled(String name, String... options) throws IOException {
        return Files.write(directory.resolve(name), TestPrograms.object("elsewhere.bpf.c", options));
    }

    private static int offset(Nestmap.OpenFile opened) {
        try (LoadedObject object = opened.load()) {
            return object.program("offset").testRun(new byte[64]).returnValue();
        }
    }
}
