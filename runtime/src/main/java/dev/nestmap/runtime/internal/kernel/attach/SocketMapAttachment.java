/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapKind;
import java.util.Map;

/**
 * The attachment of a program to a map of sockets. The kernel runs the program for each socket in the map. Uses BPF_PROG_ATTACH, because
 * the kernel has links for these maps only since Linux 6.10.
 */
public record SocketMapAttachment(LibBpf libbpf, int program, RawMap map, int type) implements KernelAttachment {
    private static final Map<Errno, String> ERRORS =
            Map.of(Errno.EBUSY, "another program is attached to the map by a link: close that link first");

    /** Attaches the program. Keeps a descriptor of the map open to detach the program later, even if the map's handle is closed. */
    public static SocketMapAttachment of(NativeProgram program, KernelMap map, AttachErrors errors) {
        MapKind kind = map.shape().kind();
        if (kind != MapKind.SOCKMAP && kind != MapKind.SOCKHASH) {
            throw new IllegalArgumentException("map " + map.shape().name() + " is a " + kind + ": programs of SEC(\""
                    + program.section() + "\") attach to a SOCKMAP or SOCKHASH");
        }
        LibBpf libbpf = NativeLibraries.libbpf();
        int type = program.attachType();
        KernelMap own = KernelMap.of(map.duplicate());
        int result = libbpf.bpf_prog_attach(program.fd(), own.fd(), type, 0);
        if (result < 0) {
            own.close();
            throw errors.refused(-result, ERRORS);
        }
        return new SocketMapAttachment(libbpf, program.fd(), own, type);
    }

    /** Detaches the program. If another program has replaced it, the kernel returns ENOENT and that program stays. */
    @Override
    public void end() {
        libbpf.bpf_prog_detach2(program, KernelMap.of(map).fd(), type);
        map.close();
    }
}
