/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failed pin names the cause and the remedy. */
class PinErrorsTest {
    @Test
    void namesTheOwnerOfADirectoryThatCanNotBeLocked(@TempDir Path directory) {
        assertThat(new PinErrors("locking", directory).lockFailed(ErrnoNumbers.EACCES))
                .hasMessageStartingWith("locking: EACCES (13): this process's user may not open the directory: ")
                .hasMessageContaining(directory.getFileName() + " is rwx------ of user");
    }

    /** The mounts that {@code ip netns exec} of iproute2 6.1 leaves. */
    @Test
    void namesNsenterInANetworkNamespaceOfIproute(@TempDir Path namespaces) throws IOException {
        Path directory = Path.of("/sys/fs/bpf/flows");
        Files.createFile(namespaces.resolve("blue"));

        assertThat(PinErrors.notBpf(directory, "proc /proc proc rw 0 0\nblue /sys sysfs rw,relatime 0 0\n", namespaces))
                .isEqualTo(
                        "no BPF file system is mounted at /sys/fs/bpf/flows: ip netns exec mounts a new /sys, which ends"
                                + " with the command: start the process with nsenter --net=/run/netns/blue COMMAND instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sysfs", "sys", "none"}) // of systemd, of Arch's initramfs, and of scripts
    void proposesToMountIfTheSourceOfSysIsNoNamespace(String source, @TempDir Path namespaces) {
        assertThat(PinErrors.notBpf(Path.of("/sys/fs/bpf/flows"), source + " /sys sysfs rw,relatime 0 0\n", namespaces))
                .isEqualTo(
                        "no BPF file system is mounted at /sys/fs/bpf/flows: mount one (mount -t bpf -o mode=0711 bpf /sys/fs/bpf, as"
                                + " root), and pass a path in it");
    }

    @Test
    void saysThatAPinLacksMemoryAndNotSpace(@TempDir Path directory) {
        assertThat(new PinErrors("pinning", directory).pinFailed(ErrnoNumbers.ENOSPC))
                .hasMessage(
                        "pinning: ENOSPC (28): the kernel has no memory for a pin or directory: raise the memory limit of this process's control group or"
                                + " free memory, and try again");
    }
}
