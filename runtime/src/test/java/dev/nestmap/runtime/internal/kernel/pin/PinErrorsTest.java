/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed pin names the cause and the remedy. */
class PinErrorsTest {
    @Test
    void namesTheOwnerOfADirectoryThatCanNotBeLocked(@TempDir Path directory) {
        assertThat(new PinErrors("locking", directory).lockFailed(ErrnoNumbers.EACCES))
                .hasMessageStartingWith("locking: EACCES (13): this process's user may not open the directory: ")
                .hasMessageContaining(directory.getFileName() + " is rwx------ of user");
    }

    @Test
    void proposesToMountOrToEnterTheNetworkNamespaceOtherwise() {
        assertThat(PinErrors.notBpf(Path.of("/sys/fs/bpf/flows")))
                .isEqualTo(
                        "no BPF file system is mounted at /sys/fs/bpf/flows: mount one (mount -t bpf -o mode=0711 bpf"
                                + " /sys/fs/bpf, as root), and pass a path in it. ip netns exec hides it: use nsenter"
                                + " --net=/run/netns/NAME COMMAND instead");
    }

    @Test
    void saysThatAPinLacksMemoryAndNotSpace(@TempDir Path directory) {
        assertThat(new PinErrors("pinning", directory).pinFailed(ErrnoNumbers.ENOSPC))
                .hasMessage(
                        "pinning: ENOSPC (28): the kernel has no memory for a pin or directory: raise the memory limit of this process's control group or"
                                + " free memory, and try again");
    }
}
