/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.List;
import java.util.Set;

/**
 * The attachment of a program to a map of sockets. The kernel runs the program for each socket in the map. Uses BPF_PROG_ATTACH,
 * because the kernel only has links for these maps since Linux 6.10.
 */
final class SocketMapAttachment {
    /** {@code enum bpf_attach_type}: BPF_SK_SKB_STREAM_PARSER, BPF_SK_SKB_STREAM_VERDICT, BPF_SK_MSG_VERDICT, BPF_SK_SKB_VERDICT. */
    private static final Set<Integer> TYPES = Set.of(4, 5, 7, 38);

    private final Native.LibBpf libbpf;
    private final int program;
    private final RawMap map;
    private final int type;

    private SocketMapAttachment(Native.LibBpf libbpf, int program, RawMap map, int type) {
        this.libbpf = libbpf;
        this.program = program;
        this.map = map;
        this.type = type;
    }

    /** Attaches the program. Keeps a descriptor of the map open to detach the program later, even if the map's handle is closed. */
    static SocketMapAttachment of(String operation, Native.LibBpf libbpf, KernelProgram program, KernelMap map) {
        int type = program.attachType();
        if (!TYPES.contains(type)) {
            throw ObjectErrors.ATTACH_TO_SOCKETS.failed(operation, ErrnoNumbers.EINVAL, List.of());
        }
        KernelMap own = KernelMap.of(map.duplicate());
        int result = libbpf.bpf_prog_attach(program.fd(), own.fd(), type, 0);
        if (result < 0) {
            own.close();
            throw ObjectErrors.ATTACH_TO_SOCKETS.failed(operation, -result, List.of());
        }
        return new SocketMapAttachment(libbpf, program.fd(), own, type);
    }

    /** Detaches the program. If another program has replaced it, the kernel returns ENOENT and that program stays. */
    void end() {
        libbpf.bpf_prog_detach2(program, KernelMap.of(map).fd(), type);
        map.close();
    }
}
