/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions are left out that the kernel cannot resolve. */
class TraceFsReaderTest {
    @TempDir
    private Path directory;

    @Test
    void functionsThatTheKernelCanNotResolveAreLeftOut() throws IOException {
        Path file = Files.write(
                directory.resolve("available_filter_functions"),
                List.of(
                        "vfs_read",
                        "__ftrace_invalid_address___16",
                        "do_one_initcall",
                        "__ftrace_invalid_address___128",
                        "nf_hook [nf_tables]",
                        "nf_hook [other]"));

        assertThat(TraceFsReader.functions(file)).containsExactly("vfs_read", "do_one_initcall", "nf_hook");
    }
}
