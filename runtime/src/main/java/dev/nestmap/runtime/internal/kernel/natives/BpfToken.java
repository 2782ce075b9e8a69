/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Calls bpf(2) in a user namespace to which a BPF file system delegates the call ({@code BPF_TOKEN_CREATE}, Linux 6.9). libbpf 1.5 and
 * newer loads objects there by itself. This class makes the calls of Nestmap, and finds the file system as libbpf does ({@code
 * bpf_object_prepare_token} in {@code libbpf.c}).
 */
public final class BpfToken {
    /** {@code enum bpf_cmd} in {@code linux/bpf.h}. */
    private static final int BPF_TOKEN_CREATE = 36;

    /** In the flags of a map, a program or BTF. */
    private static final int BPF_F_TOKEN_FD = 1 << 16;

    private static final int BPFFS_FD_AT = 4;
    private static final int CREATE_SIZE = 8;

    private static final String PATH_VARIABLE = "LIBBPF_BPF_TOKEN_PATH";
    private static final String DEFAULT_PATH = "/sys/fs/bpf";

    private BpfToken() {}

    /**
     * Calls bpf(2). If this process lacks the privilege, and a BPF file system delegates it, calls again with a token. The arguments must be
     * large enough for the token.
     *
     * @param flagsAt offset of the flags in {@code union bpf_attr}
     * @param tokenAt offset of the token
     * @return the result of the call or a negative errno
     */
    public static int call(int command, Block attr, int flagsAt, int tokenAt) {
        int result = bpf(command, attr, tokenAt);
        return result == -ErrnoNumbers.EPERM ? callWithToken(command, attr, flagsAt, tokenAt) : result;
    }

    /** Calls bpf(2) with a token. Returns {@code -EPERM} if no BPF file system delegates to this process. */
    static int callWithToken(int command, Block attr, int flagsAt, int tokenAt) {
        int token = create();
        if (token < 0) {
            return -ErrnoNumbers.EPERM;
        }
        try {
            attr.bytes().putInt(flagsAt, attr.bytes().getInt(flagsAt) | BPF_F_TOKEN_FD);
            attr.bytes().putInt(tokenAt, token);
            return bpf(command, attr, tokenAt + Integer.BYTES);
        } finally {
            Native.libc().close(token);
        }
    }

    /** Creates a token. Returns its file descriptor or a negative errno. */
    private static int create() {
        Path path = path(System.getenv(PATH_VARIABLE));
        int fileSystem = path == null ? -1 : SystemCalls.open(path);
        if (fileSystem < 0) {
            return -ErrnoNumbers.EPERM;
        }
        try {
            Block attr = Block.allocate(CREATE_SIZE);
            attr.bytes().putInt(BPFFS_FD_AT, fileSystem);
            return bpf(BPF_TOKEN_CREATE, attr, CREATE_SIZE);
        } finally {
            Native.libc().close(fileSystem);
        }
    }

    /** The path of the BPF file system; null if the user wants no token. */
    static @Nullable Path path(@Nullable String variable) {
        if (variable == null) {
            return Path.of(DEFAULT_PATH);
        }
        return variable.isEmpty() ? null : Path.of(variable);
    }

    private static int bpf(int command, Block attr, int size) {
        try {
            int result = SystemCalls.bpf(command, attr.address(), size);
            return result < 0 ? -Native.lastErrno() : result;
        } finally {
            Reference.reachabilityFence(attr);
        }
    }
}
