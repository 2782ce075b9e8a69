/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static java.util.Objects.requireNonNull;

import dev.nestmap.header.HelperOperation.Trait;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Return type and parameters of the helper for one operation on one map.
 *
 * @param names names of the parameters
 */
record HelperSignature(Schema schema, ParameterNames names, MapDef map, HelperOperation operation) {
    private static final String INLINE = "static __always_inline ";

    /**
     * A parameter.
     *
     * @param declaration type and name
     */
    record Parameter(String declaration, String name) {}

    /** The first lines of a function, up to the closing parenthesis. */
    static String head(String returnType, String name, List<String> parameters) {
        return LineBreaker.function(INLINE + returnType, name, parameters);
    }

    /** {@code flow_lookup} for the inner definition {@code flow_map}. */
    String name() {
        return name(map, operation);
    }

    /** The name of the helper for this operation. */
    static String name(MapDef map, HelperOperation operation) {
        return HeaderIdentifiers.base(map) + operation.suffix();
    }

    /** The first lines of this helper. */
    String head() {
        List<String> declarations = new ArrayList<>();
        if (map.role() == MapRole.INNER) {
            declarations.add("struct " + map.name() + " *" + names.of("map"));
        }
        parameters().forEach(parameter -> declarations.add(parameter.declaration()));
        return head(result(FailedWriteCounter.of(schema, map).isPresent()), name(), declarations);
    }

    /**
     * What the first line has between the storage class and the name.
     *
     * @param isCounted whether the helper counts additions that fail
     */
    String result(boolean isCounted) {
        return (operation.mustBeChecked(isCounted) ? HelperOperation.MUST_CHECK + " " : "") + returnType();
    }

    /** The copy of the key, or of the value of a Bloom filter, that the helper passes to the kernel; empty if it passes the parameter itself. */
    Optional<KeyCopy> keyCopy() {
        return operation.has(Trait.KEY) || map.kind().comparesValues() ? KeyCopy.of(map) : Optional.empty();
    }

    String returnType() {
        if (operation.has(Trait.RETURNS_POINTER)) {
            return pointer();
        }
        return operation.has(Trait.RETURNS_INT) ? "int" : "long";
    }

    /** All parameters but the map. */
    List<Parameter> parameters() {
        List<Parameter> list = new ArrayList<>();
        if (operation.has(Trait.CONTEXT)) {
            list.add(parameter("void *", "context"));
        }
        if (operation.has(Trait.KEY)) {
            list.add(new Parameter(keyDeclaration(), names.key(map)));
        }
        if (operation.has(Trait.VALUE)) {
            list.add(new Parameter(ParameterPassing.parameter(requireNonNull(map.value()), value()), value()));
        }
        if (operation.has(Trait.TARGET)) {
            list.add(new Parameter(ParameterPassing.target(requireNonNull(map.value()), value()), value()));
        }
        if (operation.has(Trait.FLAGS)) {
            list.add(parameter("__u64 ", "flags"));
        }
        return list;
    }

    private Parameter parameter(String type, String name) {
        return new Parameter(type + names.of(name), names.of(name));
    }

    /** The values of the variables in {@link HelperBody} that are more than a name. */
    Map<String, String> variables() {
        Map<String, String> values = new HashMap<>();
        values.put("map", map.role() == MapRole.INNER ? names.of("map") : "&" + map.name());
        values.put("found", names.of(HeaderIdentifiers.isOuter(map) ? "map" : "value"));
        values.put("recordSize", recordSize());
        if (map.key() != null) {
            values.put("key", keyCopy().map(copy -> KeyCopy.name(names)).orElseGet(this::keyAddress));
        }
        if (map.value() != null) {
            values.put(
                    "value",
                    keyCopy()
                            .filter(copy -> map.kind().comparesValues())
                            .map(copy -> KeyCopy.name(names))
                            .orElseGet(this::valueAddress));
        }
        if (map.value() != null || HeaderIdentifiers.isOuter(map)) {
            values.put("pointer", pointer());
        }
        FailedWriteCounter.of(schema, map).ifPresent(counter -> {
            values.put("countLost", counter.call(names.of("error")));
            values.put("countFull", counter.call(UncountedHelpers.FULL));
            values.put("countUnknown", counter.call(UncountedHelpers.UNKNOWN_ERROR));
        });
        return values;
    }

    static CType keyType(MapDef map) {
        return requireNonNull(map.key(), () -> map.name() + " has no key");
    }

    private String recordSize() {
        return map.isStream() ? "sizeof(" + requireNonNull(map.value()).spelling() + ")" : "";
    }

    private String keyAddress() {
        String name = names.key(map);
        return StorageOwner.of(map.kind()).isPresent() ? name : ParameterPassing.address(keyType(map), name);
    }

    private String keyDeclaration() {
        String name = names.key(map);
        return StorageOwner.of(map.kind())
                .map(owner -> owner.declare(name))
                .orElseGet(() -> ParameterPassing.parameter(keyType(map), name));
    }

    private String valueAddress() {
        return operation.has(Trait.TARGET) ? value() : ParameterPassing.address(requireNonNull(map.value()), value());
    }

    private String value() {
        return switch (operation) {
            case LOOKUP_OR_INIT -> names.of("init");
            case ADD_NUMBERS -> names.of("by");
            default -> names.of("value");
        };
    }

    /** The type of the pointer that a lookup returns. */
    private String pointer() {
        return switch (map.kind()) {
            case HASH_OF_MAPS, ARRAY_OF_MAPS ->
                "struct " + schema.helperDefinitionOf(map).name() + " *";
            default ->
                (map.isReadOnlyToPrograms() ? "const " : "") + ParameterPassing.pointer(requireNonNull(map.value()));
        };
    }
}
