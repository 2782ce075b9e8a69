/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.BpfClang;
import dev.nestmap.schema.TextCases;
import java.util.List;

/** Samples of C code, and what a check finds in their objects. */
final class Findings {
    /** The beginning of each sample: short forms of the definitions of maps. */
    static final String HEADER = BpfClang.INCLUDES + """
            #define MAP(kind, entries, ...) \\
                struct { __uint(type, BPF_MAP_TYPE_##kind); __uint(max_entries, entries); __VA_ARGS__ }
            #define M(...) MAP(__VA_ARGS__) m SEC(".maps");
            #define KV(k, v) __type(key, k); __type(value, v);
            #define OUTER(kind, inner) M(kind, 4, __type(key, __u32); __array(values, struct inner);)
            #define GPL char LICENSE[] SEC("license") = "GPL";
            struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); KV(__u32, __u32) };
            """;

    private Findings() {}

    static List<Finding> in(BpfClang clang, String c) {
        return LoadCheck.of("x.bpf.o", clang.compile(HEADER + c), List.of());
    }

    /** Requires these problems, each written {@code SEVERITY place: what -> remedy}, with {@code ...} for any words. */
    static void assertFound(List<Finding> found, List<String> expected) {
        TextCases.assertMatch(found.stream().map(Findings::text).toList(), expected);
    }

    static String text(Finding problem) {
        return problem.severity() + " " + problem.place() + ": " + problem.what() + " -> " + problem.remedy();
    }
}
