/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A failed query is not taken for an interface without programs. */
@KernelTest
class NetworkAttacherTest {
    private static final int LOOPBACK = 1;
    private static final int GENERIC = NetworkAttacher.flags(Xdp.Mode.GENERIC);
    private static final int NATIVE = NetworkAttacher.flags(Xdp.Mode.NATIVE);

    private final AttachErrors errors = new AttachErrors(
            "attachment",
            AttachmentKind.XDP,
            new NativeProgram(
                    0,
                    -1,
                    AttachType.XDP.number(),
                    "p",
                    "xdp",
                    new ProgramInfo(0, "p", Set.of(), 0, new ProgramStatistics("p", 0, 0, Duration.ZERO, 0, 0, 0, 0))));

    /** libbpf rejects two modes, which stand for any failure here. */
    @Test
    void aFailedQueryDoesNotMeanThatTheInterfaceHasNoProgram() throws Throwable {
        NetworkNamespace.run(() -> {
            assertThat(NetworkAttacher.requireXdpProgramId(LOOPBACK, GENERIC, errors))
                    .isZero();
            assertBpfException(
                            () -> NetworkAttacher.requireXdpProgramId(LOOPBACK, GENERIC | NATIVE, errors),
                            "refused by libbpf ")
                    .hasErrno(Errno.EINVAL);
        });
    }

    /** No driver of a test machine answers EINVAL. */
    @Test
    void theDriversOwnWordsAreNamed() {
        assertThat(NetworkAttacher.xdpRefusal("eth0"))
                .contains("ip link set dev eth0 mtu 1500", "ethtool -K eth0 lro off", "xdp.frags")
                .contains("xdp:bpf_xdp_link_attach_failed", "Xdp.Mode.GENERIC");
    }
}
