/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinErrorsTest {
    @Test
    void onlyADotInThePinsOwnNameIsReserved() {
        assertThat(new PinErrors("pinning", Path.of("/run/acme.d/tenant")).pinFailed(ErrnoNumbers.EPERM))
                .hasMessageContaining("CAP_BPF");
        assertThat(new PinErrors("pinning", Path.of("/sys/fs/bpf/ten.ant")).pinFailed(ErrnoNumbers.EPERM))
                .hasMessageContaining("names with a dot");
    }

    @Test
    void namesTheOwnerOfADirectoryThatCanNotBeLocked(@TempDir Path directory) {
        assertThat(new PinErrors("locking", directory).lockFailed(ErrnoNumbers.EACCES))
                .hasMessageStartingWith("locking: EACCES (13): this process's user may not open the directory: ")
                .hasMessageContaining(directory.getFileName() + " is rwx------ of user");
    }
}
