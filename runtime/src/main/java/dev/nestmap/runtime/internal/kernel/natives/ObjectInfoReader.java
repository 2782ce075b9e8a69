/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;

/** Reads information about maps, programs and BTF ({@code BPF_OBJ_GET_INFO_BY_FD}). */
public final class ObjectInfoReader {
    /** {@code BPF_OBJ_NAME_LEN}: 15 characters and a NUL. */
    private static final int NAME_LENGTH = 16;

    /** Larger than each info struct of Linux 6.18. */
    private static final int LARGEST = 512;

    private ObjectInfoReader() {}

    /** Reads the kernel's info struct of the object with this file descriptor, which has at most this size. */
    public static OffHeapBlock read(int fd, int size, String what) {
        return read(fd, OffHeapBlock.allocate(size + Integer.BYTES), size, what);
    }

    /**
     * Reads the kernel's info struct of the object with this file descriptor.
     *
     * @param into receives the struct, and has room for an {@code int} behind it. The struct must be zeroed apart from requests, because the
     *     kernel does not write every member
     * @param size the size of the struct in bytes. It may be larger than that of this kernel
     */
    public static OffHeapBlock read(int fd, OffHeapBlock into, int size, String what) {
        into.bytes().putInt(size, size);
        int result = into.call(info -> NativeLibraries.libbpf().bpf_obj_get_info_by_fd(fd, info, info + size));
        if (result < 0) {
            throw BpfException.of(-result, "reading of information about " + what)
                    .build();
        }
        return into;
    }

    /** The id of the map, program or link with this file descriptor. It is the second member of the info of each kind. */
    public static int id(int fd) {
        return read(fd, LARGEST, "an object").bytes().getInt(Integer.BYTES);
    }

    /**
     * Throws unless the errno of a search by id says that there is no such object, or that this process lacks CAP_SYS_ADMIN to open it.
     *
     * @param errno a positive number
     */
    public static void requireNotFound(int errno, String operation) {
        if (errno != ErrnoNumbers.ENOENT && errno != ErrnoNumbers.EPERM) {
            throw BpfException.of(errno, operation).build();
        }
    }

    /** The object's name at this offset. */
    public static String name(OffHeapBlock info, int at) {
        return ValueBytes.getString(info.bytes(), at, NAME_LENGTH);
    }
}
