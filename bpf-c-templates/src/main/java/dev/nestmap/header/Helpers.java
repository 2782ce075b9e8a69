/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The helper functions of a header. */
final class Helpers {
    private final Schema schema;
    private final String prefix;
    private final ParameterNames names;

    Helpers(Schema schema, String prefix) {
        this.schema = schema;
        this.prefix = prefix;
        this.names = new ParameterNames(schema, prefix);
    }

    /** Helpers for single maps: outer maps first, then inner maps, then plain maps. */
    List<String> functions() {
        return Stream.of(MapRole.OUTER, MapRole.INNER, MapRole.PLAIN)
                .flatMap(role -> schema.maps().stream().filter(map -> map.role() == role))
                .filter(map -> HeaderNames.hasHelpers(map) && HeaderNames.isDefinedIn(schema, map))
                .flatMap(this::functions)
                .toList();
    }

    private Stream<String> functions(MapDef map) {
        Stream<String> operations =
                MapOperations.of(map).stream().map(operation -> function(signature(map, operation)));
        Stream<String> lost = LostInserts.of(schema, map).map(inserts -> inserts.function(names)).stream();
        return Stream.concat(lost, operations);
    }

    /** Combined helpers: each looks an inner map up in the outer map and calls a helper of the inner map. */
    List<String> combined() {
        return schema.maps().stream()
                .filter(HeaderNames::isOuter)
                .flatMap(outer -> combined(outer, schema.helperDefinitionOf(outer)))
                .toList();
    }

    /** Helpers of outer maps whose inner maps user space creates on demand. */
    List<String> requests() {
        return schema.maps().stream()
                .filter(HeaderNames::isOuter)
                .flatMap(outer -> RequestMaps.in(schema, outer).map(onDemand -> request(outer, onDemand)).stream())
                .toList();
    }

    /** Whether the header has helpers that return a pointer, which may be NULL. */
    boolean returnPointers() {
        return schema.maps().stream()
                .filter(map -> HeaderNames.hasHelpers(map) && HeaderNames.isDefinedIn(schema, map))
                .flatMap(map -> MapOperations.of(map).stream())
                .anyMatch(HelperOperation::returnsPointer);
    }

    private HelperSignature signature(MapDef map, HelperOperation operation) {
        return new HelperSignature(schema, names, map, operation);
    }

    private String function(HelperSignature signature) {
        boolean countsLost = LostInserts.of(schema, signature.map()).isPresent();
        String body = HelperBody.of(signature.operation(), signature.map(), countsLost);
        return CTemplate.function(signature.head(), CTemplate.fill(body, signature.variables()));
    }

    private Stream<String> combined(MapDef outer, MapDef inner) {
        String lookup = HeaderNames.helper(outer, HelperOperation.LOOKUP);
        Stream<String> plain = MapOperations.combined(inner).stream()
                .map(operation -> combined(
                        outer,
                        signature(inner, operation),
                        HeaderNames.combined(outer, inner, operation, prefix),
                        lookup));
        Stream<String> onDemand = HeaderNames.hasCombinedLookupOrRequest(schema, outer)
                ? Stream.of(combined(
                        outer,
                        signature(inner, HelperOperation.LOOKUP),
                        HeaderNames.combinedLookupOrRequest(outer, inner, prefix),
                        HeaderNames.lookupOrRequest(outer)))
                : Stream.empty();
        return Stream.concat(plain, onDemand);
    }

    private String combined(MapDef outer, HelperSignature inner, String name, String lookup) {
        String outerKey = names.outerKey(outer);
        List<String> parameters =
                new ArrayList<>(List.of(ParameterPassing.parameter(HelperSignature.keyType(outer), outerKey)));
        List<String> arguments = new ArrayList<>(List.of(names.of("map")));
        for (HelperSignature.Parameter parameter : inner.parameters()) {
            parameters.add(parameter.declaration());
            arguments.add(parameter.name());
        }
        Map<String, String> values = Map.of(
                "definition", inner.map().name(),
                "map", names.of("map"),
                "lookup", call(lookup, List.of(outerKey)),
                "call", call(HeaderNames.helper(inner.map(), inner.operation()), arguments),
                "absent", inner.operation().absent(names.of("flags")));
        String body = """
            struct $definition *$map = $lookup;

            return $map ? $call : $absent;
            """;
        return CTemplate.function(
                HelperSignature.head(inner.returnType(), name, parameters), CTemplate.fill(body, values));
    }

    /** A helper that requests an inner map, and one that looks it up and requests it if it is missing. */
    private String request(MapDef outer, RequestMaps onDemand) {
        String key = names.key(outer);
        List<String> parameters = List.of(ParameterPassing.parameter(HelperSignature.keyType(outer), key));
        // A key outside of an array can't have an inner map.
        boolean bounded = outer.kind().keyRule() == MapKind.KeyRule.INDEX && outer.maxEntries() != 0;
        String request = (bounded ? "__u64 *$count = NULL, $one = 1;\n" : "__u64 *$count, $one = 1;\n")
                + "__u32 $zero = 0;\n\n"
                + (bounded ? "if ($outside) /* no such slot */\n\tgoto lost;\n" : "")
                + """
            $count = bpf_map_lookup_elem(&$requests, $key);
            if (!$count && !bpf_map_update_elem(&$requests, $key, &$one, BPF_NOEXIST))
            	return;
            if (!$count) /* another CPU was first, or the map is full */
            	$count = bpf_map_lookup_elem(&$requests, $key);
            """
                + (bounded ? "lost:\n" : "")
                + """
            if (!$count)
            	$count = bpf_map_lookup_elem(&$lost, &$zero);
            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;
        String lookup = """
            struct $definition *$map = $lookup;

            if (!$map)
            	$request;
            return $map;
            """;
        Map<String, String> values = Map.ofEntries(
                Map.entry("count", names.of("count")),
                Map.entry("one", names.of("one")),
                Map.entry("zero", names.of("zero")),
                Map.entry("map", names.of("map")),
                Map.entry("key", ParameterPassing.address(HelperSignature.keyType(outer), key)),
                Map.entry("outside", key + " >= " + outer.maxEntries()),
                Map.entry("requests", onDemand.requests().name()),
                Map.entry("lost", onDemand.lost().name()),
                Map.entry("definition", schema.helperDefinitionOf(outer).name()),
                Map.entry("lookup", call(HeaderNames.helper(outer, HelperOperation.LOOKUP), List.of(key))),
                Map.entry("request", call(HeaderNames.request(outer), List.of(key))));
        String requestHead = HelperSignature.head("void", HeaderNames.request(outer), parameters);
        String lookupHead = HelperSignature.head(
                signature(outer, HelperOperation.LOOKUP).returnType(), HeaderNames.lookupOrRequest(outer), parameters);
        return "/* Asks user space to create the inner map, and counts the misses until it exists. */\n"
                + CTemplate.function(requestHead, CTemplate.fill(request, values))
                + "\n"
                + CTemplate.function(lookupHead, CTemplate.fill(lookup, values));
    }

    private static String call(String function, List<String> arguments) {
        return function + "(" + String.join(", ", arguments) + ")";
    }
}
