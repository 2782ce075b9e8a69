/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LinkRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.schema.program.AttachType;
import java.util.Map;

/** Attaches XDP programs to interfaces. */
final class XdpAttacher {
    private static final String OTHER_MODE =
            "the interface's driver can't run XDP programs in this mode: use Xdp.Mode.GENERIC";
    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.EINVAL,
            "the interface's driver can't run the program: it may need a smaller MTU, fewer queues, or SEC(\"xdp.frags\");"
                    + " or another program is attached in another mode",
            Errno.EOPNOTSUPP,
            OTHER_MODE);

    private XdpAttacher() {}

    static KernelAttachment attach(NativeProgram program, Xdp xdp, AttachErrors errors) {
        int index = NetworkInterfaces.index(xdp.interfaceName(), errors);
        int fd = new LinkRequest(program.fd(), index, AttachType.XDP.number())
                .flags(flags(xdp.mode()))
                .create();
        if (fd == -ErrnoNumbers.EBUSY || fd == -ErrnoNumbers.EEXIST) {
            throw errors.refused(-fd, XdpOwner.of(index, xdp.interfaceName()));
        }
        if (fd < 0) {
            throw errors.refused(-fd, ERRORS);
        }
        return new LinkDescriptor(fd);
    }

    /** {@code XDP_FLAGS_*_MODE} of {@code linux/if_link.h}. */
    static int flags(Xdp.Mode mode) {
        return switch (mode) {
            case AUTO -> 0;
            case GENERIC -> 1 << 1;
            case NATIVE -> 1 << 2;
            case OFFLOAD -> 1 << 3;
        };
    }
}
