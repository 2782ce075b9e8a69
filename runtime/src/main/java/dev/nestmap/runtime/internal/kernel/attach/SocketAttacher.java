/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Attaches programs to sockets and to maps of sockets. */
public final class SocketAttacher {
    static final List<AttacherTable.Entry<?>> HOOKS = List.of(
            new AttacherTable.Entry<>(SocketFilter.class, AttachmentKind.SOCKET_FILTER, SocketAttacher::attach),
            new AttacherTable.Entry<>(Reuseport.class, AttachmentKind.REUSEPORT, SocketAttacher::attach));

    // asm-generic/socket.h
    private static final int SOL_SOCKET = 1;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_ATTACH_BPF = 50;
    private static final int SO_ATTACH_REUSEPORT_EBPF = 52;
    private static final int SO_COOKIE = 57;
    private static final int SO_DETACH_REUSEPORT_BPF = 68;

    /** The last attachment of each socket, by its cookie. The kernel does not tell which program an earlier one would detach. */
    private static final Map<List<Long>, Object> LAST = new HashMap<>();

    private SocketAttacher() {}

    static KernelAttachment attach(NativeProgram program, SocketFilter socket, AttachErrors errors) {
        return attach(program, socket.descriptor(), errors, SO_ATTACH_BPF, SO_DETACH_FILTER);
    }

    static KernelAttachment attach(NativeProgram program, Reuseport socket, AttachErrors errors) {
        return attach(program, socket.descriptor(), errors, SO_ATTACH_REUSEPORT_EBPF, SO_DETACH_REUSEPORT_BPF);
    }

    /**
     * Attaches a program with {@code setsockopt}. The attachment keeps no descriptor of the socket, because this would keep the port open.
     * Instead it remembers the socket's cookie, and detaches the program only from that socket.
     */
    private static KernelAttachment attach(
            NativeProgram program, int descriptor, AttachErrors errors, int attachOption, int detachOption) {
        long cookie = cookie(descriptor);
        List<Long> place = List.of(cookie, (long) detachOption);
        Object own = new Object();
        synchronized (LAST) {
            if (!set(descriptor, attachOption, program.fd())) {
                throw errors.refused(NativeLibraries.lastErrno());
            }
            LAST.put(place, own);
        }
        return KernelAttachment.withoutLink(() -> {
            synchronized (LAST) {
                if (LAST.remove(place, own)) {
                    detach(descriptor, cookie, detachOption);
                }
            }
        });
    }

    /** Detaches the program if the descriptor still stands for the socket. The duplicate cannot become another socket meanwhile. */
    private static void detach(int descriptor, long cookie, int detachOption) {
        try (Descriptor own = new Descriptor(SystemCallWrappers.duplicate(descriptor))) {
            if (own.fd() >= 0 && cookie != 0 && cookie(own.fd()) == cookie) {
                set(own.fd(), detachOption, 0);
            }
        }
    }

    private static boolean set(int socket, int option, int value) {
        OffHeapBlock block = OffHeapBlock.allocate(Integer.BYTES);
        block.bytes().putInt(0, value);
        return block.call(address ->
                        NativeLibraries.libc().setsockopt(socket, SOL_SOCKET, option, address, Integer.BYTES))
                == 0;
    }

    /** The number that the kernel gives to this socket and to no other; 0 if the descriptor is not a socket. */
    private static long cookie(int socket) {
        OffHeapBlock block = OffHeapBlock.allocate(Long.BYTES + Integer.BYTES);
        block.bytes().putInt(Long.BYTES, Long.BYTES);
        int result = block.call(address ->
                NativeLibraries.libc().getsockopt(socket, SOL_SOCKET, SO_COOKIE, address, address + Long.BYTES));
        return result == 0 ? block.bytes().getLong(0) : 0;
    }

    /**
     * Attaches a program to a map of sockets. The kernel runs it for each socket in the map. Uses BPF_PROG_ATTACH, because the kernel has
     * links for these maps only since Linux 6.10. Keeps a descriptor of the map open to detach the program later, even if the map's handle
     * is closed.
     */
    public static KernelAttachment attach(NativeProgram program, KernelMap map, AttachErrors errors) {
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
            throw errors.refused(-result);
        }
        return KernelAttachment.withoutLink(() -> {
            // If another program has replaced it, the kernel returns ENOENT and that program stays.
            libbpf.bpf_prog_detach2(program.fd(), own.fd(), type);
            own.close();
        });
    }
}
