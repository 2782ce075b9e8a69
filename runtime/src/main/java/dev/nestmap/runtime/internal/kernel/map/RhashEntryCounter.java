/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.MapCreationRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.schema.MapKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Computes the number of entries of an RHASH from its memory. The kernel reports the size of the map plus the size of each entry, without
 * the buckets ({@code rhtab_map_mem_usage} in kernel/bpf/hashtab.c, Linux 7.2).
 */
final class RhashEntryCounter {
    private static final String MEMORY = "\nmemlock:";

    /** More than the kernel writes for an RHASH: about 200 bytes. */
    private static final int BYTES = 512;

    private static final MapShape SAMPLE =
            new MapShape("sample", MapKind.RHASH, 8, 8, 1, MapKind.RHASH.requiredFlags());

    /** Null until the first map is read. */
    private static volatile @Nullable Sizes sizes;

    /**
     * The size that the kernel reports, in bytes.
     *
     * @param map for an empty map
     * @param header for an entry, without its key and value
     */
    private record Sizes(long map, long header) {}

    private RhashEntryCounter() {}

    static long of(int fd, MapShape shape) {
        Sizes known = sizes;
        if (known == null) {
            known = measure();
            sizes = known;
        }
        long entry = known.header + Alignment.align(shape.keySize()) + Alignment.align(shape.valueSize());
        long all = memory(fd) - known.map;
        if (all < 0 || all % entry != 0) {
            throw failed("the kernel reports memory of " + all + " bytes for its entries, which take " + entry
                            + " bytes each: this kernel counts in a way that this version of Nestmap does not know")
                    .build();
        }
        return all / entry;
    }

    private static Sizes measure() {
        try (Descriptor map = new Descriptor(new MapCreationRequest(SAMPLE).create())) {
            int fd = map.fd();
            if (fd < 0) {
                throw MapOperation.CREATE.failed(SAMPLE, null, fd);
            }
            long empty = memory(fd);
            OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
            int result =
                    entry.call(at -> NativeLibraries.libbpf().bpf_map_update_elem(fd, at, at + Long.BYTES, RawMap.ANY));
            if (result != 0) {
                throw MapOperation.UPDATE.failed(SAMPLE, null, result);
            }
            return new Sizes(empty, memory(fd) - empty - 2 * Long.BYTES);
        }
    }

    private static long memory(int fd) {
        String file = "/proc/self/fdinfo/" + fd;
        String text = read(file);
        int at = text.indexOf(MEMORY);
        if (at < 0) {
            throw failed(file + " has no line memlock:")
                    .errno(ErrnoNumbers.ENOTSUPP)
                    .build();
        }
        int from = at + MEMORY.length();
        return Long.parseLong(text.substring(from, text.indexOf('\n', from)).strip());
    }

    /** Reads a file by system calls: {@link java.nio.file.Files} takes longer than the kernel takes to read a small map. */
    private static String read(String file) {
        int opened = SystemCallWrappers.open(Path.of(file));
        if (opened < 0) {
            throw unreadable(file);
        }
        try (Descriptor descriptor = new Descriptor(opened);
                Scratch scratch = Scratch.take(BYTES)) {
            int size = scratch.block().call(at -> (int) NativeLibraries.libc().read(descriptor.fd(), at, BYTES));
            if (size < 0) {
                throw unreadable(file);
            }
            byte[] text = new byte[size];
            scratch.block().bytes().get(0, text);
            return new String(text, StandardCharsets.ISO_8859_1);
        }
    }

    private static BpfException unreadable(String file) {
        return failed(file + " can't be read: mount /proc, and raise the limit of open files if it is reached")
                .errno(NativeLibraries.lastErrno())
                .build();
    }

    private static BpfException.Builder failed(String why) {
        return BpfException.of("counting of the entries of an RHASH").because(why);
    }
}
