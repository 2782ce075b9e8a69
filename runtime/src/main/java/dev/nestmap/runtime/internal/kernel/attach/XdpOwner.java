/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;

/** Explains which XDP program an interface already has. */
final class XdpOwner {
    private XdpOwner() {}

    /** The explanation, with advice. */
    static String of(int interfaceIndex, String interfaceName) {
        return "the interface already has an XDP program, " + program(interfaceIndex)
                + ": stop the process that attached it, or remove the pin of its link (bpftool link shows both); if it was attached"
                + " without a link, ip link set dev " + interfaceName + " xdp off detaches it";
    }

    private static String program(int interfaceIndex) {
        Native.LibBpf libbpf = Native.libbpf();
        int programId = programId(libbpf, interfaceIndex);
        if (programId == 0) {
            return "which this process can't query";
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

    /** The id of the interface's XDP program; 0 if it can't be queried. */
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
