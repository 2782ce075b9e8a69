/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.List;
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
    List<Header.Function> functions() {
        return Stream.of(MapRole.OUTER, MapRole.INNER, MapRole.PLAIN)
                .flatMap(role -> schema.maps().stream().filter(map -> map.role() == role))
                .filter(map -> HeaderNames.hasHelpers(map) && HeaderNames.isDefinedIn(schema, map))
                .flatMap(this::functions)
                .toList();
    }

    private Stream<Header.Function> functions(MapDef map) {
        Stream<Header.Function> operations =
                MapOperations.of(map).stream().map(operation -> function(signature(map, operation)));
        Stream<Header.Function> lost = LostInserts.of(schema, map).map(inserts -> inserts.function(names)).stream();
        return Stream.concat(lost, operations);
    }

    /** Combined helpers: each looks an inner map up in the outer map and calls a helper of the inner map. */
    List<Header.CombinedHelper> combined() {
        return schema.maps().stream()
                .filter(HeaderNames::isOuter)
                .flatMap(outer -> combined(outer, schema.helperDefinitionOf(outer)))
                .toList();
    }

    /** Helpers of outer maps whose inner maps user space creates on demand. */
    List<Header.RequestHelpers> requests() {
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

    private Header.Function function(HelperSignature signature) {
        boolean countsLost = LostInserts.of(schema, signature.map()).isPresent();
        HelperBody body = HelperBody.of(signature.operation(), signature.map().kind(), countsLost);
        return new Header.Function(signature.head(), body.lines(signature.variables()));
    }

    private Stream<Header.CombinedHelper> combined(MapDef outer, MapDef inner) {
        String lookup = HeaderNames.helper(outer, HelperOperation.LOOKUP);
        Stream<Header.CombinedHelper> plain = MapOperations.combined(inner).stream()
                .map(operation -> combined(
                        outer,
                        signature(inner, operation),
                        HeaderNames.combined(outer, inner, operation, prefix),
                        lookup));
        Stream<Header.CombinedHelper> onDemand = HeaderNames.hasCombinedLookupOrRequest(schema, outer)
                ? Stream.of(combined(
                        outer,
                        signature(inner, HelperOperation.LOOKUP),
                        HeaderNames.combinedLookupOrRequest(outer, inner, prefix),
                        HeaderNames.lookupOrRequest(outer)))
                : Stream.empty();
        return Stream.concat(plain, onDemand);
    }

    private Header.CombinedHelper combined(MapDef outer, HelperSignature inner, String name, String lookup) {
        String outerKey = names.outerKey(outer);
        List<String> parameters =
                new ArrayList<>(List.of(ParameterPassing.parameter(HelperSignature.keyType(outer), outerKey)));
        List<String> arguments = new ArrayList<>(List.of(names.map()));
        for (HelperSignature.Parameter parameter : inner.parameters()) {
            parameters.add(parameter.declaration());
            arguments.add(parameter.name());
        }
        return new Header.CombinedHelper(
                HelperSignature.head(inner.returnType(), name, parameters),
                inner.map().name(),
                names.map(),
                call(lookup, List.of(outerKey)),
                call(HeaderNames.helper(inner.map(), inner.operation()), arguments),
                inner.operation().absent(names.flags()));
    }

    private Header.RequestHelpers request(MapDef outer, RequestMaps onDemand) {
        MapDef inner = schema.helperDefinitionOf(outer);
        String key = names.key(outer);
        List<String> parameters = List.of(ParameterPassing.parameter(HelperSignature.keyType(outer), key));
        List<String> arguments = List.of(key);
        boolean bounded = outer.kind().keyRule() == MapKind.KeyRule.INDEX && outer.maxEntries() != 0;
        return new Header.RequestHelpers(
                HelperSignature.head("void", HeaderNames.request(outer), parameters),
                ParameterPassing.address(HelperSignature.keyType(outer), key),
                bounded ? key + " >= " + outer.maxEntries() : null,
                "&" + onDemand.requests().name(),
                "&" + onDemand.lost().name(),
                names.local("count"),
                names.local("one"),
                names.local("zero"),
                HelperSignature.head(
                        signature(outer, HelperOperation.LOOKUP).returnType(),
                        HeaderNames.lookupOrRequest(outer),
                        parameters),
                inner.name(),
                names.map(),
                call(HeaderNames.helper(outer, HelperOperation.LOOKUP), arguments),
                call(HeaderNames.request(outer), arguments));
    }

    private static String call(String function, List<String> arguments) {
        return function + "(" + String.join(", ", arguments) + ")";
    }
}
