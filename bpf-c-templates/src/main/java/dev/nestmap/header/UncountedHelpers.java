/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.header.HelperOperation.Trait;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.UncountedMap.Counter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The helpers that count in an {@link UncountedMap}, and their calls after failed additions. */
final class UncountedHelpers {
    private static final String BODY = """
            __u32 $number = $index;
            __u64 *$count = bpf_map_lookup_elem(&$counts, &$number);

            /* Atomic, because another program on this CPU may interrupt this one. */
            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;

    private UncountedHelpers() {}

    /** {@code tenant_count_refused} and {@code tenant_count_unknown}, which programs may call, too. */
    static Stream<HelperPrinter.Helper> of(Schema schema, MapDef outer) {
        return UncountedMap.in(schema, outer).stream()
                .filter(counts ->
                        HeaderIdentifiers.hasCombinedHelpers(schema, outer) && HelperPrinter.isCounted(schema, outer))
                .flatMap(counts -> Stream.of(Counter.REFUSED, Counter.UNKNOWN_KEY)
                        .map(number -> new HelperPrinter.Helper(
                                name(outer, number), names -> definition(outer, counts, number, names))));
    }

    private static String name(MapDef outer, Counter number) {
        return HeaderIdentifiers.base(outer) + (number == Counter.REFUSED ? "_count_refused" : "_count_unknown");
    }

    static String call(MapDef outer, Counter number) {
        return name(outer, number) + "()";
    }

    private static String definition(MapDef outer, MapDef counts, Counter number, ParameterNames names) {
        String comment = number == Counter.REFUSED
                ? "/* Counts an addition that an inner map has refused, mostly because it is full. */\n"
                : "/* Counts an addition for a key without an inner map. */\n";
        String head = HelperSignature.head("void", name(outer, number), List.of());
        Map<String, String> values = Map.of("counts", counts.name(), "index", Integer.toString(number.index()));
        return comment + CTemplate.function(head, BODY, values, names::of);
    }

    /**
     * The body of a combined helper for an addition.
     *
     * @param isCountedByInner whether the helper of the inner map counts what the map refuses
     */
    static String addition(MapDef outer, HelperOperation operation, boolean isCountedByInner) {
        String unknown = "if (!$map) {\n\t" + call(outer, Counter.UNKNOWN_KEY) + ";\n\treturn $absent;\n}\n";
        if (isCountedByInner) {
            return "struct $definition *$map = $lookup;\n\n" + unknown + "return $call;\n";
        }
        String refused = call(outer, Counter.REFUSED) + ";\n";
        String result = operation.has(Trait.RETURNS_POINTER) ? "$found" : "$error";
        String failed = switch (operation) {
            case UPDATE ->
                "/* EEXIST and ENOENT are what the flags ask for. */\n"
                        + "if ($error && $error != -EEXIST && $error != -ENOENT)\n\t";
            case LOOKUP_OR_INIT, RESERVE -> "if (!$found)\n\t";
            default -> "if ($error)\n\t";
        };
        return "struct $definition *$map = $lookup;\n$type" + result + ";\n\n" + unknown + result + " = $call;\n"
                + failed + refused + "return " + result + ";\n";
    }
}
