/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of bpf(2) with its {@code union bpf_attr} ({@code linux/bpf.h}), for commands or tokens that libbpf 1.0 lacks. The kernel accepts a longer
 * union than its own if the rest is zero.
 *
 * <p>In a user namespace to which a BPF file system delegates the call ({@code BPF_TOKEN_CREATE}, Linux 6.9), the call can use a token. This
 * class finds the file system as libbpf does ({@code bpf_object_prepare_token} in {@code libbpf.c}). libbpf 1.5 and newer loads objects there
 * by itself.
 */
public final class BpfCall {
    /** {@code enum bpf_cmd}. */
    private static final int BPF_TOKEN_CREATE = 36;

    /** In the flags of a map, a program or BTF. */
    private static final int BPF_F_TOKEN_FD = 1 << 16;

    private static final int BPFFS_FD_AT = 4;
    private static final String PATH_VARIABLE = "LIBBPF_BPF_TOKEN_PATH";
    private static final String DEFAULT_PATH = "/sys/fs/bpf";

    private final int command;
    private final OffHeapBlock attr;

    /** Memory that the union points to, directly or not. */
    private final List<OffHeapBlock> pointers = new ArrayList<>();

    /**
     * A call whose arguments are zero.
     *
     * @param command {@code enum bpf_cmd}
     * @param size size of the union in bytes
     */
    public BpfCall(int command, int size) {
        this.command = command;
        this.attr = OffHeapBlock.allocate(size);
    }

    /** A call with arguments in memory of the caller, which is zeroed. Only {@link #runOrDelegate} makes it. */
    BpfCall(int command, OffHeapBlock attr) {
        this.command = command;
        this.attr = attr;
    }

    /** Sets a number of 4 bytes at this offset in the union. */
    public BpfCall setInt(int at, int value) {
        attr.bytes().putInt(at, value);
        return this;
    }

    /** Sets a number of 8 bytes at this offset in the union. */
    public BpfCall setLong(int at, long value) {
        attr.bytes().putLong(at, value);
        return this;
    }

    /** Sets a pointer at this offset in the union. The memory stays allocated as long as this object. */
    public BpfCall setPointer(int at, OffHeapBlock memory) {
        keep(memory);
        return setLong(at, memory.address());
    }

    /** Copies bytes to this offset in the union. */
    BpfCall setBytes(int at, byte[] bytes, int count) {
        attr.bytes().put(at, bytes, 0, count);
        return this;
    }

    /** Keeps memory allocated as long as this object, because memory of a pointer points to it. */
    void keep(OffHeapBlock memory) {
        pointers.add(memory);
    }

    /** Returns the 4 bytes at this offset, which the kernel may have written. */
    public int getInt(int at) {
        return attr.bytes().getInt(at);
    }

    /** Makes the call. Returns its result or a negative errno. */
    public int run() {
        return run(attr.size());
    }

    private int run(int size) {
        try {
            int result = SystemCallWrappers.bpf(command, attr.address(), size);
            return result < 0 ? -NativeLibraries.lastErrno() : result;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Makes the call. If this process lacks the privilege, and a BPF file system delegates it, calls again with a token.
     *
     * @param flagsAt offset of the flags in the union
     * @param tokenAt offset of the token, the last number of the union
     * @return the result of the call or a negative errno
     */
    public int runOrDelegate(int flagsAt, int tokenAt) {
        int result = run(tokenAt);
        return result == -ErrnoNumbers.EPERM ? runWithToken(flagsAt, tokenAt) : result;
    }

    /** Makes the call with a token. Returns {@code -EPERM} if no BPF file system delegates to this process. */
    private int runWithToken(int flagsAt, int tokenAt) {
        try (Descriptor token = new Descriptor(createToken())) {
            return token.fd() < 0
                    ? -ErrnoNumbers.EPERM
                    : setInt(flagsAt, getInt(flagsAt) | BPF_F_TOKEN_FD)
                            .setInt(tokenAt, token.fd())
                            .run(tokenAt + Integer.BYTES);
        }
    }

    /** Creates a token. Returns its file descriptor or a negative errno. */
    private static int createToken() {
        Path path = path(System.getenv(PATH_VARIABLE));
        try (Descriptor fileSystem = new Descriptor(path == null ? -1 : SystemCallWrappers.open(path))) {
            return fileSystem.fd() < 0
                    ? -ErrnoNumbers.EPERM
                    : new BpfCall(BPF_TOKEN_CREATE, BPFFS_FD_AT + Integer.BYTES)
                            .setInt(BPFFS_FD_AT, fileSystem.fd())
                            .run();
        }
    }

    /** The path of the BPF file system; null if the user wants no token. */
    private static @Nullable Path path(@Nullable String variable) {
        if (variable == null) {
            return Path.of(DEFAULT_PATH);
        }
        return variable.isEmpty() ? null : Path.of(variable);
    }
}
