/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import dev.nestmap.c.HeaderName.Space;
import dev.nestmap.schema.EnumType;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.NamedType;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How everything in a header is called, so that clashes are found before it is printed. */
public final class HeaderNames {
    private static final String DEFINITION_SUFFIX = "_map";

    private final Schema schema;
    private final List<HeaderName> names = new ArrayList<>();

    private HeaderNames(Schema schema) {
        this.schema = schema;
    }

    /**
     * Every identifier that including the header of a schema declares at file scope, in order of declaration: its own, and
     * those of included headers as far as the schema knows them. {@link HeaderName#header()} tells them apart.
     */
    public static List<HeaderName> of(Schema schema) {
        HeaderNames result = new HeaderNames(schema);
        result.collect();
        return List.copyOf(result.names);
    }

    /** Two declarations that C can't have side by side. */
    public record Clash(HeaderName first, HeaderName second) {}

    /** The names of a schema's header that are declared twice: each further declaration with the first of that name. */
    public static List<Clash> clashes(Schema schema) {
        List<HeaderName> names = of(schema);
        List<Clash> clashes = new ArrayList<>();
        for (int i = 1; i < names.size(); i++) {
            HeaderName second = names.get(i);
            names.subList(0, i).stream()
                    .filter(second::clashesWith)
                    .findFirst()
                    .ifPresent(first -> clashes.add(new Clash(first, second)));
        }
        return List.copyOf(clashes);
    }

    static String guard(String header) {
        return "__" + header.toUpperCase(Locale.ROOT) + "_BPF_H";
    }

    static String anchor(String header) {
        return "nestmap_" + header + "_anchor";
    }

    /** {@code flow_lookup} for the inner definition {@code flow_map}, {@code tenant_lookup} for the map {@code tenant}. */
    static String helper(MapDef map, Operation operation) {
        return base(map) + operation.suffix();
    }

    /** {@code tenant_flow_lookup} */
    static String fused(MapDef outer, MapDef inner) {
        return base(outer) + "_" + helper(inner, Operation.LOOKUP);
    }

    /** What a map is called in the names of its helpers. */
    static String base(MapDef map) {
        String name = map.name();
        boolean suffixed = map.role() == MapRole.INNER
                && name.endsWith(DEFINITION_SUFFIX)
                && name.length() > DEFINITION_SUFFIX.length();
        return suffixed ? name.substring(0, name.length() - DEFINITION_SUFFIX.length()) : name;
    }

    static boolean isOuter(MapDef map) {
        return map.role() == MapRole.OUTER;
    }

    static boolean canLookUp(MapDef map) {
        return Operation.of(map.kind()).contains(Operation.LOOKUP);
    }

    private void collect() {
        add(Space.MACRO, guard(schema.header()), schema.header(), "include guard of " + schema.header() + ".bpf.h");
        schema.types().forEach(this::collectType);
        schema.maps().forEach(this::collectMap);
        if (schema.types().stream().anyMatch(type -> schema.defines(type.name()))) {
            String anchor = anchor(schema.header());
            add(Space.ORDINARY, anchor, schema.header(), "BTF anchor of " + schema.header() + ".bpf.h");
        }
        schema.maps().forEach(this::collectHelpers);
    }

    private void collectType(NamedType type) {
        add(Space.TAG, type.name(), type.name(), type.spelling());
        if (type instanceof EnumType enumType) {
            enumType.constants()
                    .forEach(constant -> add(
                            Space.ORDINARY,
                            constant.name(),
                            type.name(),
                            "constant " + constant.name() + " of " + type.spelling()));
        }
    }

    private void collectMap(MapDef map) {
        if (map.role() == MapRole.INNER) {
            add(Space.TAG, map.name(), map.name(), "definition of inner map " + map.name());
        } else {
            add(Space.ORDINARY, map.name(), map.name(), "map " + map.name());
        }
    }

    private void collectHelpers(MapDef map) {
        Operation.of(map.kind()).forEach(operation -> addHelper(map, helper(map, operation)));
        if (isOuter(map) && canLookUp(schema.innerOf(map))) {
            addHelper(map, fused(map, schema.innerOf(map)));
        }
    }

    private void addHelper(MapDef map, String name) {
        add(Space.ORDINARY, name, map.name(), "helper " + name + " of map " + map.name());
    }

    private void add(Space space, String identifier, String owner, String what) {
        names.add(new HeaderName(identifier, space, owner, what, headerOf(owner)));
    }

    private String headerOf(String tag) {
        return schema.includes().stream()
                .filter(include -> include.tags().contains(tag))
                .map(Schema.Include::header)
                .findFirst()
                .orElse(schema.header());
    }
}
