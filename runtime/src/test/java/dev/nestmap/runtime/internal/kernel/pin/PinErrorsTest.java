/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinErrorsTest {
    @Test
    void namesTheOwnerOfADirectoryThatCanNotBeLocked(@TempDir Path directory) {
        assertThat(new PinErrors("locking", directory).lockFailed(ErrnoNumbers.EACCES))
                .hasMessageStartingWith("locking: EACCES (13): this process's user may not open the directory: ")
                .hasMessageContaining(directory.getFileName() + " is rwx------ of user");
    }

    @Test
    void saysThatAPinLacksMemoryAndNotSpace(@TempDir Path directory) {
        assertThat(new PinErrors("pinning", directory).pinFailed(ErrnoNumbers.ENOSPC))
                .hasMessage(
                        "pinning: ENOSPC (28): the kernel has no memory for a pin or directory: free memory, and try again");
    }
}
