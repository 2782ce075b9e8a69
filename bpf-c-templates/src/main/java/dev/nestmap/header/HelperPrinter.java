/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.header.HelperOperation.Trait;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The helper functions of a header.
 *
 * @param prefix the prefix of the object's names, or empty
 */
record HelperPrinter(Schema schema, String prefix) {
    /**
     * A helper.
     *
     * @param definition returns its definition in C, with these names of parameters
     */
    record Helper(String name, Function<ParameterNames, String> definition) {}

    /** The helpers of a map. */
    List<Helper> of(MapDef map) {
        return Stream.of(ofMap(map), requests(map), combined(map))
                .flatMap(helpers -> helpers)
                .toList();
    }

    /** The definitions: of helpers for single maps (outer maps first, then inner maps, then plain maps), requests, and combined helpers. */
    List<String> definitions() {
        Stream<Helper> ofMaps = Stream.of(MapRole.OUTER, MapRole.INNER, MapRole.PLAIN)
                .flatMap(role -> schema.maps().stream().filter(map -> map.role() == role))
                .filter(map -> HeaderIdentifiers.isDefinedIn(schema, map))
                .flatMap(this::ofMap);
        ParameterNames names = new ParameterNames(schema, prefix);
        return Stream.of(
                        ofMaps,
                        schema.maps().stream().flatMap(this::requests),
                        schema.maps().stream().flatMap(this::combined))
                .flatMap(helpers -> helpers)
                .map(helper -> helper.definition().apply(names))
                .toList();
    }

    /** Whether the header has helpers that return a pointer, which may be NULL. */
    boolean returnPointers() {
        return has((operation, isCounted) -> operation.has(Trait.RETURNS_POINTER));
    }

    /** Whether the header has helpers whose results a program must check. */
    boolean returnResultsToCheck() {
        return has(HelperOperation::mustBeChecked);
    }

    /** Whether the header has helpers that repeat a failed lookup. */
    boolean repeatLookups() {
        return schema.maps().stream().anyMatch(map -> map.kind() == MapKind.HASH_OF_MAPS);
    }

    /** Whether the header has helpers that copy texts in keys. */
    boolean copyTexts() {
        return schema.maps().stream()
                .filter(map -> HeaderIdentifiers.isDefinedIn(schema, map))
                .flatMap(map -> keyCopy(map).stream())
                .anyMatch(KeyCopy::copiesTexts);
    }

    private boolean has(BiPredicate<HelperOperation, Boolean> condition) {
        boolean isOfMap = schema.maps().stream()
                .filter(map -> hasHelpers(schema, map) && HeaderIdentifiers.isDefinedIn(schema, map))
                .anyMatch(map -> HelperOperation.of(schema, map).stream()
                        .anyMatch(operation -> condition.test(
                                operation, FailedWriteCounter.of(schema, map).isPresent())));
        return isOfMap
                || schema.maps().stream()
                        .filter(map -> HeaderIdentifiers.hasCombinedHelpers(schema, map))
                        .anyMatch(outer -> HelperOperation.combined(schema, schema.helperDefinitionOf(outer)).stream()
                                .anyMatch(operation -> condition.test(operation, isCounted(schema, outer))));
    }

    /** Whether the combined helpers of an outer map count additions that fail. */
    static boolean isCounted(Schema schema, MapDef outer) {
        return UncountedMap.in(schema, outer).isPresent() && UncountedMap.canCount(schema.helperDefinitionOf(outer));
    }

    /**
     * Whether the map has helpers of its own. Instances and resized definitions use the helpers of the inner map's definition, and maps
     * that Nestmap generates those of their outer or inner map.
     */
    static boolean hasHelpers(Schema schema, MapDef map) {
        return switch (map.role()) {
            case PLAIN -> true;
            case OUTER -> KeyRequestMaps.with(schema, map).isEmpty();
            case INNER ->
                map.definition() == null && KeyRequestMaps.with(schema, map).isEmpty();
            case INSTANCE, UNCOUNTED, LOST_EVENTS -> false;
        };
    }

    /** {@code flow_lookup} for the inner definition {@code flow_map}, {@code tenant_lookup} for the map {@code tenant}. */
    private Stream<Helper> ofMap(MapDef map) {
        Stream<Helper> lost = Stream.concat(
                UncountedHelpers.of(schema, map),
                FailedWriteCounter.of(schema, map).flatMap(FailedWriteCounter::helper).stream());
        Stream<Helper> operations = HelperOperation.of(schema, map).stream()
                .map(operation -> new Helper(
                        HelperSignature.name(map, operation), names -> definition(signature(names, map, operation))));
        Stream<Helper> copy = keyCopy(map).map(key -> new Helper(key.helper(), key::function)).stream();
        return hasHelpers(schema, map) ? Stream.of(lost, copy, operations).flatMap(helpers -> helpers) : Stream.empty();
    }

    /** The copy of the map's keys, if its helpers pass a copy to the kernel. */
    private Optional<KeyCopy> keyCopy(MapDef map) {
        boolean takesKeys = hasHelpers(schema, map)
                && (map.kind().comparesValues()
                        || HelperOperation.of(schema, map).stream().anyMatch(operation -> operation.has(Trait.KEY)));
        return takesKeys ? KeyCopy.of(map) : Optional.empty();
    }

    /** {@code tenant_request} and {@code tenant_lookup_or_request}, if user space creates the inner maps on demand. */
    private Stream<Helper> requests(MapDef outer) {
        String base = HeaderIdentifiers.base(outer);
        return onDemand(outer).stream()
                .flatMap(maps -> Stream.of(
                        new Helper(base + "_request", names -> request(names, outer, maps)),
                        new Helper(base + "_lookup_or_request", names -> lookupOrRequest(names, outer))));
    }

    /**
     * {@code tenant_flow_lookup}; with the prefix {@code nm_}, which both maps have, {@code nm_tenant_flow_lookup}. Such a helper looks an
     * inner map up in the outer map and calls a helper of the inner map.
     */
    private Stream<Helper> combined(MapDef outer) {
        if (!HeaderIdentifiers.hasCombinedHelpers(schema, outer)) {
            return Stream.empty();
        }
        MapDef inner = schema.helperDefinitionOf(outer);
        return HelperOperation.combined(schema, inner).stream().map(operation -> combined(outer, inner, operation));
    }

    private Optional<KeyRequestMaps> onDemand(MapDef map) {
        return HeaderIdentifiers.isOuter(map) ? KeyRequestMaps.in(schema, map) : Optional.empty();
    }

    private Helper combined(MapDef outer, MapDef inner, HelperOperation operation) {
        String base = HeaderIdentifiers.base(outer);
        String innerBase = HeaderIdentifiers.base(inner);
        boolean repeats =
                innerBase.startsWith(prefix) && base.startsWith(prefix) && innerBase.length() > prefix.length();
        String name = base + "_" + (repeats ? innerBase.substring(prefix.length()) : innerBase) + operation.suffix();
        return new Helper(name, names -> combined(names, outer, signature(names, inner, operation), name));
    }

    private HelperSignature signature(ParameterNames names, MapDef map, HelperOperation operation) {
        return new HelperSignature(schema, names, map, operation);
    }

    private String definition(HelperSignature signature) {
        boolean countsLost = FailedWriteCounter.of(schema, signature.map()).isPresent();
        String call = HelperBody.of(signature.operation(), signature.map(), countsLost);
        String body = signature
                .keyCopy()
                // The declarations of a body end with an empty line.
                .map(copy -> copy.declarations(signature.names()) + (call.contains("\n\n") ? "" : "\n") + call)
                .orElse(call);
        return HelperComment.of(schema, signature.map(), signature.operation(), signature.name())
                + CTemplate.function(signature.head(), body, signature.variables(), signature.names()::of);
    }

    private String combined(ParameterNames names, MapDef outer, HelperSignature inner, String name) {
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
                "lookup", call(HelperSignature.name(outer, HelperOperation.LOOKUP), List.of(outerKey)),
                "type", inner.returnType() + (inner.returnType().endsWith("*") ? "" : " "),
                "call", call(inner.name(), arguments),
                "absent", inner.operation().absent());
        String body = combinedBody(schema, outer, inner.operation());
        String result = inner.result(isCounted(schema, outer));
        String comment = HelperComment.of(schema, inner.map(), inner.operation(), name);
        return comment + CTemplate.function(HelperSignature.head(result, name, parameters), body, values, names::of);
    }

    /** The body of the combined helper for an operation, with variables. */
    static String combinedBody(Schema schema, MapDef outer, HelperOperation operation) {
        if (operation.isAddition() && isCounted(schema, outer)) {
            boolean isCountedByInner = FailedWriteCounter.of(schema, schema.helperDefinitionOf(outer))
                    .isPresent();
            return UncountedHelpers.addition(outer, operation, isCountedByInner);
        }
        return """
            struct $definition *$map = $lookup;

            return $map ? $call : $absent;
            """;
    }

    private static List<String> parameters(ParameterNames names, MapDef outer) {
        return List.of(ParameterPassing.parameter(HelperSignature.keyType(outer), names.key(outer)));
    }

    private String request(ParameterNames names, MapDef outer, KeyRequestMaps onDemand) {
        String key = names.key(outer);
        Optional<KeyCopy> copy = KeyCopy.of(outer);
        // A key outside of an array can't have an inner map.
        boolean bounded = outer.kind().keyRule() == MapKind.KeyRule.INDEX && outer.maxEntries() != 0;
        String body = copy.map(cleared -> cleared.declarations(names)).orElse("")
                + """
            struct $definition *$table;
            __u64 *$count = NULL, $one = 1;
            __u32 $zero = 0, $unrequested = $number;

            """
                + (bounded ? "if ($outside) /* no such slot */\n\tgoto lost;\n" : "")
                + """
            $table = bpf_map_lookup_elem(&$requests, &$zero);
            if (!$table) /* user space has not created it yet */
            	goto lost;
            $count = bpf_map_lookup_elem($table, $key);
            if (!$count && !bpf_map_update_elem($table, $key, &$one, BPF_NOEXIST))
            	return;
            if (!$count) /* another CPU was first, or the table is full */
            	$count = bpf_map_lookup_elem($table, $key);
            lost:
            if (!$count)
            	$count = bpf_map_lookup_elem(&$counts, &$unrequested);
            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;
        Map<String, String> values = Map.of(
                "key",
                copy.isPresent() ? KeyCopy.name(names) : ParameterPassing.address(HelperSignature.keyType(outer), key),
                "outside",
                (HelperSignature.keyType(outer) == Scalar.U32 ? "" : "(__u32)") + key + " >= " + outer.maxEntries(),
                "definition",
                onDemand.table().name(),
                "requests",
                onDemand.requests().name(),
                "counts",
                UncountedMap.of(outer).name(),
                "number",
                Integer.toString(UncountedMap.Counter.UNREQUESTED.index()));
        String head =
                HelperSignature.head("void", HeaderIdentifiers.base(outer) + "_request", parameters(names, outer));
        return "/* Asks user space to create the inner map, and counts the misses until it exists. */\n"
                + CTemplate.function(head, body, values, names::of);
    }

    /** A helper that looks an inner map up, and requests it if it is missing. */
    private String lookupOrRequest(ParameterNames names, MapDef outer) {
        String base = HeaderIdentifiers.base(outer);
        List<String> arguments = List.of(names.key(outer));
        HelperSignature lookup = signature(names, outer, HelperOperation.LOOKUP);
        Map<String, String> values = Map.of(
                "definition", schema.helperDefinitionOf(outer).name(),
                "lookup", call(lookup.name(), arguments),
                "request", call(base + "_request", arguments));
        String body = """
            struct $definition *$map = $lookup;

            if (!$map)
            	$request;
            return $map;
            """;
        String head = HelperSignature.head(lookup.returnType(), base + "_lookup_or_request", parameters(names, outer));
        return CTemplate.function(head, body, values, names::of);
    }

    private static String call(String function, List<String> arguments) {
        return function + "(" + String.join(", ", arguments) + ")";
    }
}
