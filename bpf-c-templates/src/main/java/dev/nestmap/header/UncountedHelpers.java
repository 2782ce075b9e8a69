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
    /** The error of an addition that returns a pointer. */
    static final String UNKNOWN_ERROR = "0";

    private static final String BODY = """
            __u32 $number = $index;
            __u64 *$count = bpf_map_lookup_elem(&$counts, &$number);

            /* Atomic, because another program on this CPU may interrupt this one. */
            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;

    /** The error number of a full map. */
    static final String FULL = "-" + ErrorMacro.E2BIG;

    private static final String REFUSED = "_count_refused";
    private static final String UNKNOWN_KEY = "_count_unknown";

    private UncountedHelpers() {}

    /** {@code tenant_count_refused} and {@code tenant_count_unknown}, which programs may call, too. */
    static Stream<HelperPrinter.Helper> of(Schema schema, MapDef outer) {
        return UncountedMap.in(schema, outer).filter(counts -> areIn(schema, outer)).stream()
                .flatMap(counts -> Stream.of(
                        new HelperPrinter.Helper(
                                base(outer) + REFUSED, names -> refusedDefinition(outer, counts, names)),
                        new HelperPrinter.Helper(
                                base(outer) + UNKNOWN_KEY, names -> unknownDefinition(outer, counts, names))));
    }

    /** Whether a header has these helpers for an outer map. */
    static boolean areIn(Schema schema, MapDef outer) {
        return HeaderIdentifiers.hasCombinedHelpers(schema, outer) && HelperPrinter.isCounted(schema, outer);
    }

    private static String base(MapDef outer) {
        return HeaderIdentifiers.base(outer);
    }

    /**
     * A call after an addition that an inner map has refused.
     *
     * @param error the error number, or an expression for it
     */
    static String refused(MapDef outer, String error) {
        return base(outer) + REFUSED + "(" + error + ")";
    }

    private static String unknownKey(MapDef outer) {
        return base(outer) + UNKNOWN_KEY + "()";
    }

    private static String refusedDefinition(MapDef outer, MapDef counts, ParameterNames names) {
        String head = HelperSignature.head("void", base(outer) + REFUSED, List.of("int " + names.of("error")));
        String index = "$error == " + FULL + " ? " + Counter.FULL.index() + " : " + Counter.FAILED.index();
        return "/* Counts a refused addition: with -E2BIG if the inner map is full, with 0 if you don't know why. */\n"
                + CTemplate.function(head, BODY.replace("$index", index), Map.of("counts", counts.name()), names::of);
    }

    private static String unknownDefinition(MapDef outer, MapDef counts, ParameterNames names) {
        String head = HelperSignature.head("void", base(outer) + UNKNOWN_KEY, List.of());
        return "/* Counts an addition for a key without an inner map. */\n"
                + CTemplate.function(
                        head,
                        BODY.replace("$index", Integer.toString(Counter.UNKNOWN_KEY.index())),
                        Map.of("counts", counts.name()),
                        names::of);
    }

    /**
     * The body of a combined helper for an addition.
     *
     * @param isCountedByInner whether the helper of the inner map counts what the map refuses
     */
    static String addition(MapDef outer, HelperOperation operation, boolean isCountedByInner) {
        String unknown = "if (!$map) {\n\t" + unknownKey(outer) + ";\n\treturn $absent;\n}\n";
        if (isCountedByInner) {
            return "struct $definition *$map = $lookup;\n\n" + unknown + "return $call;\n";
        }
        boolean isPointer = operation.has(Trait.RETURNS_POINTER);
        String refused = refused(outer, isPointer ? UNKNOWN_ERROR : "$error") + ";\n";
        String result = isPointer ? "$found" : "$error";
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
