/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import static java.util.Objects.requireNonNull;

import dev.nestmap.schema.CType;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The functions of a header, with their parameters. */
final class Helpers {
    private static final String INLINE = "static __always_inline ";

    private final Schema schema;
    private final Parameters parameters;

    Helpers(Schema schema) {
        this.schema = schema;
        this.parameters = new Parameters(schema);
    }

    /** The helpers of single maps: those of outer maps first, those of plain ones last. */
    List<Header.Function> functions() {
        return Stream.of(MapRole.OUTER, MapRole.INNER, MapRole.PLAIN)
                .flatMap(role -> schema.maps().stream().filter(map -> map.role() == role))
                .filter(map -> HeaderNames.isDefinedIn(schema, map))
                .flatMap(map -> Operation.of(map.kind()).stream().map(operation -> function(map, operation)))
                .toList();
    }

    /** The look-ups through both levels. */
    List<Header.Fused> fused() {
        return schema.maps().stream()
                .filter(HeaderNames::isOuter)
                .filter(outer -> HeaderNames.canLookUp(schema.innerOf(outer)))
                .map(outer -> fused(outer, schema.innerOf(outer)))
                .toList();
    }

    private Header.Function function(MapDef map, Operation operation) {
        CType key = key(map);
        String keyName = parameters.key(map);
        boolean inner = map.role() == MapRole.INNER;
        String handle = inner ? parameters.handle(map) : "&" + map.name();
        String written = operation == Operation.LOOKUP_OR_INIT ? parameters.init() : parameters.value();
        String lookup =
                call(HeaderNames.helper(map, Operation.LOOKUP), inner ? List.of(handle, keyName) : List.of(keyName));
        return new Header.Function(
                operation,
                head(map, operation, written),
                handle,
                Passing.address(key, keyName),
                map.value() == null ? "" : Passing.address(map.value(), written),
                parameters.flags(),
                parameters.value(),
                found(map),
                lookup);
    }

    private String head(MapDef map, Operation operation, String written) {
        List<String> list = new ArrayList<>();
        if (map.role() == MapRole.INNER) {
            list.add("struct " + map.name() + " *" + parameters.handle(map));
        }
        list.add(Passing.parameter(key(map), parameters.key(map)));
        if (operation == Operation.UPDATE || operation == Operation.LOOKUP_OR_INIT) {
            list.add(Passing.parameter(requireNonNull(map.value()), written));
        }
        if (operation == Operation.UPDATE) {
            list.add("__u64 " + parameters.flags());
        }
        boolean finds = operation == Operation.LOOKUP || operation == Operation.LOOKUP_OR_INIT;
        return Columns.function(INLINE + (finds ? found(map) : "long"), HeaderNames.helper(map, operation), list);
    }

    private Header.Fused fused(MapDef outer, MapDef inner) {
        String outerKey = parameters.outerKey(outer);
        String innerKey = parameters.key(inner);
        String handle = parameters.handle(inner);
        String head = Columns.function(
                INLINE + found(inner),
                HeaderNames.fused(outer, inner),
                List.of(Passing.parameter(key(outer), outerKey), Passing.parameter(key(inner), innerKey)));
        return new Header.Fused(
                head,
                inner.name(),
                handle,
                call(HeaderNames.helper(outer, Operation.LOOKUP), List.of(outerKey)),
                call(HeaderNames.helper(inner, Operation.LOOKUP), List.of(handle, innerKey)));
    }

    /** The pointer that a look-up in a map gives. */
    private static String found(MapDef map) {
        return HeaderNames.isOuter(map) ? "struct " + map.inner() + " *" : Passing.pointer(requireNonNull(map.value()));
    }

    private static CType key(MapDef map) {
        return requireNonNull(map.key(), () -> "no key: " + map.name());
    }

    private static String call(String function, List<String> arguments) {
        return function + "(" + String.join(", ", arguments) + ")";
    }
}
