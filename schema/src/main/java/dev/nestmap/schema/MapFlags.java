/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.annotations.MapFlag;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The bits of {@code map_flags} ({@code linux/bpf.h}). */
public final class MapFlags {
    public static final long NO_PREALLOC = 1;
    public static final long NO_COMMON_LRU = 1 << 1;
    public static final long NUMA_NODE = 1 << 2;
    public static final long RDONLY = 1 << 3;
    public static final long WRONLY = 1 << 4;
    public static final long STACK_BUILD_ID = 1 << 5;
    public static final long ZERO_SEED = 1 << 6;
    public static final long RDONLY_PROG = 1 << 7;
    public static final long WRONLY_PROG = 1 << 8;
    public static final long CLONE = 1 << 9;
    public static final long MMAPABLE = 1 << 10;
    public static final long PRESERVE_ELEMS = 1 << 11;
    public static final long INNER_MAP = 1 << 12;
    public static final long LINK = 1 << 13;
    public static final long SEGV_ON_FAULT = 1 << 17;
    public static final long NO_USER_CONV = 1 << 18;
    public static final long RB_OVERWRITE = 1 << 19;

    /**
     * The flags for the access of user space through the file descriptor that creates the map. The kernel does not store them in the map.
     */
    public static final long FD_ACCESS = RDONLY | WRONLY;

    /** The flags for the access of programs. */
    public static final long PROG_ACCESS = RDONLY_PROG | WRONLY_PROG;

    /** The name of each bit, from bit 0. {@code linux/bpf.h} of Linux 6.1 has no names for later bits, so they are written as numbers. */
    private static final List<String> NAMES = List.of(
            "NO_PREALLOC",
            "NO_COMMON_LRU",
            "NUMA_NODE",
            "RDONLY",
            "WRONLY",
            "STACK_BUILD_ID",
            "ZERO_SEED",
            "RDONLY_PROG",
            "WRONLY_PROG",
            "CLONE",
            "MMAPABLE",
            "PRESERVE_ELEMS",
            "INNER_MAP",
            "LINK");

    private MapFlags() {}

    /** The bit of an annotation's constant. */
    public static long of(MapFlag flag) {
        return flag == MapFlag.RB_OVERWRITE ? RB_OVERWRITE : 1L << NAMES.indexOf(flag.name());
    }

    /** The flags as a C expression: {@code BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG}; {@code 0} if there are none. */
    public static String expression(long flags) {
        long unnamed = flags >>> NAMES.size() << NAMES.size();
        Stream<String> named = IntStream.range(0, NAMES.size())
                .filter(bit -> (flags >> bit & 1) != 0)
                .mapToObj(bit -> "BPF_F_" + NAMES.get(bit));
        Stream<String> rest = unnamed == 0 ? Stream.empty() : Stream.of("0x" + Long.toHexString(unnamed));
        return flags == 0 ? "0" : Stream.concat(named, rest).collect(Collectors.joining(" | "));
    }
}
