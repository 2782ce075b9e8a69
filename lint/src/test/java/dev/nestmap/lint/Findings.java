/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.BpfClang;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

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

    /**
     * Splits a text into cases of an empty line between them: a name, lines of C, and a line {@code > problem} for each problem, as {@link
     * #assertFound} takes it.
     */
    static Stream<Arguments> cases(String text) {
        return Arrays.stream(text.split("\n\n")).map(each -> {
            List<String> lines = each.lines().toList();
            return Arguments.of(
                    lines.get(0),
                    lines.stream()
                            .skip(1)
                            .filter(line -> !line.startsWith("> "))
                            .collect(Collectors.joining("\n")),
                    lines.stream()
                            .filter(line -> line.startsWith("> "))
                            .map(line -> line.substring(2))
                            .toList());
        });
    }

    static List<Finding> in(BpfClang clang, String c) {
        return LoadCheck.of("x.bpf.o", clang.compile(HEADER + c), List.of());
    }

    /** Requires these problems, each written {@code SEVERITY place: what -> remedy}, with {@code ...} for any words. */
    static void assertFound(List<Finding> found, List<String> expected) {
        assertThat(found)
                .extracting(Findings::text)
                .usingElementComparator(
                        (text, words) -> pattern(words).matcher(text).matches() ? 0 : 1)
                .containsExactlyElementsOf(expected);
    }

    static String text(Finding problem) {
        return problem.severity() + " " + problem.place() + ": " + problem.what() + " -> " + problem.remedy();
    }

    private static Pattern pattern(String words) {
        return Pattern.compile(
                Arrays.stream(words.split("\\.\\.\\.", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
