/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.Map;

/**
 * A program that is attached to a socket with {@code setsockopt} ({@code asm-generic/socket.h}). It keeps no descriptor of the socket,
 * because this would keep the port open. Instead it remembers the socket's cookie, and detaches the program only from that socket.
 */
record SocketAttachment(int descriptor, long cookie, int detachOption) implements KernelAttachment {
    private static final int SOL_SOCKET = 1;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_ATTACH_BPF = 50;
    private static final int SO_ATTACH_REUSEPORT_EBPF = 52;
    private static final int SO_COOKIE = 57;
    private static final int SO_DETACH_REUSEPORT_BPF = 68;

    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.EPERM,
            "the socket's owner has locked its filter (SO_LOCK_FILTER)",
            Errno.EBADF,
            "this process has no open file with this descriptor",
            Errno.ENOTSOCK,
            "the descriptor is not a socket",
            Errno.EINVAL,
            "the socket does not share its port: set SO_REUSEPORT before you bind it");

    static KernelAttachment of(NativeProgram program, SocketFilter socket, AttachErrors errors) {
        return of(program, socket.descriptor(), errors, SO_ATTACH_BPF, SO_DETACH_FILTER);
    }

    static KernelAttachment of(NativeProgram program, Reuseport socket, AttachErrors errors) {
        return of(program, socket.descriptor(), errors, SO_ATTACH_REUSEPORT_EBPF, SO_DETACH_REUSEPORT_BPF);
    }

    private static KernelAttachment of(
            NativeProgram program, int descriptor, AttachErrors errors, int attachOption, int detachOption) {
        if (!set(descriptor, attachOption, program.fd())) {
            throw errors.refused(NativeLibraries.lastErrno(), ERRORS);
        }
        return new SocketAttachment(descriptor, cookie(descriptor), detachOption);
    }

    /** Detaches the program if the descriptor still stands for the socket. The duplicate cannot become another socket meanwhile. */
    @Override
    public void end() {
        int own = SystemCallWrappers.duplicate(descriptor);
        if (own >= 0) {
            if (cookie != 0 && cookie(own) == cookie) {
                set(own, detachOption, 0);
            }
            NativeLibraries.libc().close(own);
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
}
