/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.util.List;

/** Socket options that attach a program to a socket ({@code asm-generic/socket.h}). */
enum SocketOption {
    SO_ATTACH_BPF("socket", 50),
    SO_ATTACH_REUSEPORT_EBPF("sk_reuseport", 52);

    private static final int SOL_SOCKET = 1;

    private final String section;
    private final int number;

    SocketOption(String section, int number) {
        this.section = section;
        this.number = number;
    }

    /** The option for programs of this section. */
    static SocketOption of(String operation, String section) {
        String first = section.split("/", 2)[0];
        for (SocketOption option : values()) {
            if (option.section.equals(first)) {
                return option;
            }
        }
        throw ObjectErrors.ATTACH_TO_SOCKET.failed(
                operation,
                ErrnoNumbers.EINVAL,
                "a program of the section \"" + section
                        + "\" can't be attached to a socket: compile it with SEC(\"socket\") or SEC(\"sk_reuseport\")",
                List.of());
    }

    /** Attaches a program to a socket. */
    void set(String operation, int socket, int program) {
        Block value = Block.allocate(Integer.BYTES);
        value.bytes().putInt(0, program);
        int result;
        try {
            result = Native.libc().setsockopt(socket, SOL_SOCKET, number, value.address(), Integer.BYTES);
        } finally {
            Reference.reachabilityFence(value);
        }
        if (result != 0) {
            throw ObjectErrors.ATTACH_TO_SOCKET.failed(operation, Native.lastErrno(), List.of());
        }
    }
}
