/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
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

    @Test
    void aFileReplacesTheTypesOfTheKernel() {
        assertThat(offset(open())).isEqualTo(NO_FIELD);
        assertThat(offset(open().kernelTypes(BpfObjects.of("elsewhere", "-g", "-DELSEWHERE"))))
                .isEqualTo(OFFSET_ELSEWHERE);
    }

    @Test
    void theFileMustHaveTypes(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing.btf");
        assertBpfException(() -> open().kernelTypes(missing))
                .hasReason(Reason.NOT_FOUND)
                .hasMessageContaining("the file with the kernel's types can't be read: " + missing);

        Path wrong = Files.writeString(directory.resolve("wrong.btf"), "no types");
        assertBpfException(() -> open().kernelTypes(wrong).load()).hasMessageContaining("failed to parse target BTF");
    }

    private static Nestmap.OpenFile open() {
        return Nestmap.open(BpfObjects.of("elsewhere"));
    }

    private static int offset(Nestmap.OpenFile opened) {
        try (LoadedObject object = opened.load()) {
            return object.program("offset").testRun(new byte[64]).returnValue();
        }
    }
}
