/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kernel's names for the bits of {@code map_flags}. */
final class MapFlags {
    /** By bit, from 0. The names of later bits are missing from {@code linux/bpf.h} of Linux 6.1, so they stay numbers. */
    private static final List<String> NAMES = List.of(
            "BPF_F_NO_PREALLOC",
            "BPF_F_NO_COMMON_LRU",
            "BPF_F_NUMA_NODE",
            "BPF_F_RDONLY",
            "BPF_F_WRONLY",
            "BPF_F_STACK_BUILD_ID",
            "BPF_F_ZERO_SEED",
            "BPF_F_RDONLY_PROG",
            "BPF_F_WRONLY_PROG",
            "BPF_F_CLONE",
            "BPF_F_MMAPABLE",
            "BPF_F_PRESERVE_ELEMS",
            "BPF_F_INNER_MAP",
            "BPF_F_LINK");

    private MapFlags() {}

    /** The flags as a C expression: {@code BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG}. */
    static String expression(long flags) {
        long unnamed = flags >>> NAMES.size() << NAMES.size();
        Stream<String> named = IntStream.range(0, NAMES.size())
                .filter(bit -> (flags >> bit & 1) != 0)
                .mapToObj(NAMES::get);
        Stream<String> rest = unnamed == 0 ? Stream.empty() : Stream.of("0x" + Long.toHexString(unnamed));
        return Stream.concat(named, rest).collect(Collectors.joining(" | "));
    }
}
