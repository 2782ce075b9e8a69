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
 * the buckets ({@code rhtab_map_mem_usage} in kernel/bpf/hashtab.c, Linux 7.2 and 7.3). Other kernels may also count the buckets, so this
 * class tries it with a map that has many of them. If it does not hold, it throws: without a count, no read is known to be complete.
 */
final class RhashEntryCounter {
    private static final String COUNTING = "counting of the entries of an RHASH";
    private static final String MEMORY = "\nmemlock:";

    /** More than the kernel writes for an RHASH: about 200 bytes. */
    private static final int BYTES = 512;

    /** The number of entries of the larger sample. A map has 64 buckets unless it is created with room for more entries. */
    private static final int MANY = 256;

    private static final MapShape SAMPLE =
            new MapShape("sample", MapKind.RHASH, 8, 8, MANY, MapKind.RHASH.requiredFlags());

    /** Null until the first map is read. */
    private static volatile @Nullable Sizes sizes;

    /**
     * The size that the kernel reports, in bytes.
     *
     * @param map for an empty map
     * @param header for an entry, without its key and value
     */
    record Sizes(long map, long header) {
        /**
         * Computes the sizes from the memory of samples.
         *
         * @param empty of an empty map
         * @param one of a map with one entry
         * @param many of a map with {@link #MANY} entries, and with more buckets
         * @throws BpfException if the kernel does not count like Linux 7.2 and 7.3
         */
        static Sizes of(long empty, long one, long many) {
            long entry = one - empty;
            if (entry <= 2 * Long.BYTES || many != empty + MANY * entry) {
                throw failed("the kernel reports " + empty + " bytes for an empty map, " + one + " with one entry and "
                                + many + " with " + MANY)
                        .build();
            }
            return new Sizes(empty, entry - 2 * Long.BYTES);
        }

        /**
         * Returns the number of entries of a map.
         *
         * @throws BpfException if these sizes don't explain its memory
         */
        long entries(long memory, MapShape shape) {
            long entry = header + Alignment.align(shape.keySize()) + Alignment.align(shape.valueSize());
            long all = memory - map;
            if (all < 0 || all % entry != 0) {
                throw failed("the kernel reports memory of " + all + " bytes for its entries, which take " + entry
                                + " bytes each")
                        .map(shape.name())
                        .build();
            }
            return all / entry;
        }
    }

    private RhashEntryCounter() {}

    static long of(int fd, MapShape shape) {
        Sizes known = sizes;
        if (known == null) {
            known = Sizes.of(sample(0, 0), sample(0, 1), sample(MANY, MANY));
            sizes = known;
        }
        return known.entries(memory(fd), shape);
    }

    /**
     * Returns the memory that the kernel reports for a new map.
     *
     * @param room the number of entries for which the kernel creates buckets in advance
     */
    private static long sample(int room, int entries) {
        MapShape shape = SAMPLE.withExtra(room);
        try (Descriptor map = new Descriptor(new MapCreationRequest(shape).create())) {
            int fd = map.fd();
            if (fd < 0) {
                throw MapOperation.CREATE.failed(shape, null, fd);
            }
            OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
            for (int i = 0; i < entries; i++) {
                entry.bytes().putLong(0, i);
                int result = entry.call(
                        at -> NativeLibraries.libbpf().bpf_map_update_elem(fd, at, at + Long.BYTES, RawMap.ANY));
                if (result != 0) {
                    throw MapOperation.UPDATE.failed(shape, null, result);
                }
            }
            return memory(fd);
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
        return BpfException.of(COUNTING)
                .because(file + " can't be read: mount /proc, and raise the limit of open files if it is reached")
                .errno(NativeLibraries.lastErrno())
                .build();
    }

    private static BpfException.Builder failed(String found) {
        return BpfException.of(COUNTING)
                .because(found
                        + ": this kernel counts in a way that this version of Nestmap does not know. Use a HASH, or a newer"
                        + " version of Nestmap");
    }
}
