/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes in a user namespace, which have no capability outside of it, use BPF file systems that delegate. */
@KernelTest
@Timeout(120)
class KernelTokenTest extends PinnedTest {
    private static final String PINS = "/sys/fs/bpf/";
    private static final Flow FLOW = new Flow(new FlowKey(443, 6), 1);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void compile() throws IOException {
        assumeTrue(
                KernelAssumptions.isAtLeast(System.getProperty("os.version"), "6.9"), "BPF tokens came with Linux 6.9");
        TestPrograms.executable("delegate.c", directory.resolve("delegate"));
    }

    @Test
    void createsAndRotatesInnerMaps() throws IOException {
        assertThat(inNamespace("")
                        .run(KernelPrivilegesTest.Child.class, KernelPrivilegesTest.Child.CREATOR, PINS + "tenant"))
                .contains("user 0", "created", "rotated: " + FLOW);
    }

    @Test
    void saysWhatANamespaceWithoutDelegationLacks() throws IOException {
        assertThat(inNamespace("LIBBPF_BPF_TOKEN_PATH=")
                        .run(KernelPrivilegesTest.Child.class, KernelPrivilegesTest.Child.CREATOR, PINS + "tenant"))
                .contains("creation of map ", "EPERM (1)")
                .contains("this process has its capabilities only in its own user namespace: mount a BPF file system");
    }

    @Test
    void loadsObjects() throws IOException {
        assumeTrue(
                KernelAssumptions.isAtLeast(KernelAndLibbpfVersions.libbpf().substring("libbpf ".length()), "1.5"),
                KernelAndLibbpfVersions.libbpf() + " can't load objects with tokens: libbpf 1.5 can");

        assertThat(inNamespace("")
                        .run(KernelPrivilegesTest.Child.class, KernelPrivilegesTest.Child.LOADER, object(), PINS))
                .contains("user 0", "found null", "left [" + FLOW + "]");
    }

    /** A VM in a new namespace, with another variable in its environment, such as {@code NAME=value}; empty for none. */
    private static ChildVm inNamespace(String variable) {
        return new ChildVm()
                .startedBy(variable.isEmpty() ? new String[] {"env"} : new String[] {"env", variable})
                .startedBy(directory.resolve("delegate").toString());
    }
}
