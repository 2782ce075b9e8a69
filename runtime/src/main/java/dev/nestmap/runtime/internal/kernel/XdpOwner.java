/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;

/** Says whose XDP program an interface has. */
final class XdpOwner {
    private XdpOwner() {}

    static String of(int interfaceIndex, String interfaceName) {
        return "the interface has an XDP program already, " + program(interfaceIndex)
                + ": end the process that attached it, or detach it with: ip link set dev " + interfaceName
                + " xdp off";
    }

    private static String program(int interfaceIndex) {
        Native.LibBpf libbpf = Native.libbpf();
        int programId = programId(libbpf, interfaceIndex);
        if (programId == 0) {
            return "which can't be queried";
        }
        String withId = "the one with id " + Integer.toUnsignedString(programId);
        int fd = libbpf.bpf_prog_get_fd_by_id(programId);
        if (fd < 0) {
            return withId;
        }
        try {
            return "\"" + ProgramInfo.of(fd).name() + "\", " + withId;
        } catch (BpfException e) {
            return withId;
        } finally {
            Native.libc().close(fd);
        }
    }

    /** 0 when it can't be found. */
    private static int programId(Native.LibBpf libbpf, int interfaceIndex) {
        Block id = Block.allocate(Integer.BYTES);
        try {
            return libbpf.bpf_xdp_query_id(interfaceIndex, 0, id.address()) < 0
                    ? 0
                    : id.bytes().getInt(0);
        } finally {
            Reference.reachabilityFence(id);
        }
    }
}
