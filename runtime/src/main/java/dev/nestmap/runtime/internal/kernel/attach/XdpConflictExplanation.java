/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Explains which XDP program an interface already has. */
final class XdpConflictExplanation {
    private XdpConflictExplanation() {}

    /** The explanation, with advice. */
    static String of(int interfaceIndex, String interfaceName) {
        return "the interface already has an XDP program, " + program(interfaceIndex)
                + ": stop the process that attached it, or remove the pin of its link (bpftool link shows both); if it was attached"
                + " without a link, ip link set dev " + interfaceName + " xdp off detaches it";
    }

    private static String program(int interfaceIndex) {
        int programId = programId(interfaceIndex, 0);
        if (programId <= 0) {
            return "which this process can't query";
        }
        String withId = "the one with id " + Integer.toUnsignedString(programId);
        String name = name(programId);
        return name == null ? withId : "\"" + name + "\", " + withId;
    }

    private static @Nullable String name(int programId) {
        try {
            ProgramInfo info = ProgramInfo.ofId(programId);
            return info == null ? null : info.name();
        } catch (BpfException e) { // the failure that is being explained matters more
            return null;
        }
    }

    /** The id of the interface's XDP program; 0 if it has none. Throws if libbpf can't query it. */
    static int requireProgramId(int interfaceIndex, int mode, AttachErrors errors) {
        int id = programId(interfaceIndex, mode);
        if (id < 0) {
            throw errors.refusedByLibbpf(-id, Map.of(), List.of());
        }
        return id;
    }

    /**
     * The id of the interface's XDP program; 0 if it has none. A negative errno if libbpf can't query it.
     *
     * @param mode {@code XDP_FLAGS_*_MODE} to ask for the program of one mode; 0 for any
     */
    private static int programId(int interfaceIndex, int mode) {
        OffHeapBlock id = OffHeapBlock.allocate(Integer.BYTES);
        int errno = id.call(address -> NativeLibraries.libbpf().bpf_xdp_query_id(interfaceIndex, mode, address));
        return errno < 0 ? errno : id.bytes().getInt(0);
    }
}
