/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.header.HeaderIdentifier.Space;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The identifiers of a header. The processor computes them before it prints the header, so that it can report clashes. */
public final class HeaderIdentifiers {
    private final Schema schema;
    private final String prefix;
    private final List<HeaderIdentifier> names = new ArrayList<>();

    private HeaderIdentifiers(Schema schema, String prefix) {
        this.schema = schema;
        this.prefix = prefix;
    }

    /**
     * The identifiers that including the header of a schema declares at file scope, in order of declaration: its own, and those of
     * included headers that the schema knows.
     *
     * @param prefix the prefix of the object's names, or empty
     */
    public static List<HeaderIdentifier> of(Schema schema, String prefix) {
        HeaderIdentifiers result = new HeaderIdentifiers(schema, prefix);
        result.collect();
        return List.copyOf(result.names);
    }

    /** Two declarations that C does not allow in one scope, or that would both be one map. */
    public record Clash(HeaderIdentifier first, HeaderIdentifier second) {}

    /**
     * The identifiers that a schema's header declares more than once, and the names that a definition of inner maps shares with a map: each
     * later declaration with the first one.
     *
     * @param prefix the prefix of the object's names, or empty
     */
    public static List<Clash> clashes(Schema schema, String prefix) {
        List<Clash> clashes = new ArrayList<>();
        Map<String, List<HeaderIdentifier>> earlier = new HashMap<>();
        for (HeaderIdentifier second : of(schema, prefix)) {
            List<HeaderIdentifier> same = earlier.computeIfAbsent(second.identifier(), any -> new ArrayList<>());
            same.stream()
                    .filter(second::clashesWith)
                    .findFirst()
                    .ifPresent(first -> clashes.add(new Clash(first, second)));
            same.add(second);
        }
        addSharedNames(schema.maps(), clashes);
        return List.copyOf(clashes);
    }

    /** C has definitions of inner maps and maps in two name spaces, but the schema text calls both maps. */
    private static void addSharedNames(List<MapDef> maps, List<Clash> clashes) {
        Map<String, MapDef> earlier = new HashMap<>();
        for (MapDef map : maps) {
            MapDef first = earlier.putIfAbsent(map.name(), map);
            if (first != null && (first.role() == MapRole.INNER) != (map.role() == MapRole.INNER)) {
                clashes.add(new Clash(ofMap(first), ofMap(map)));
            }
        }
    }

    /** Include guard of the header with this path. */
    static String guard(String path) {
        return "__" + identifier(path).toUpperCase(Locale.ROOT) + "_BPF_H";
    }

    /** A path as a part of an identifier. A package can have characters that neither C nor the kernel accepts in names. */
    private static String identifier(String path) {
        StringBuilder name = new StringBuilder();
        path.chars().forEach(c -> {
            if (c == '/') {
                name.append("__");
            } else if (c == '_' || (c < 0x80 && Character.isLetterOrDigit(c))) {
                name.append((char) c);
            } else {
                name.append("_u").append(Integer.toHexString(c));
            }
        });
        return name.toString();
    }

    /** Guard macro of a type that several headers define. */
    static String onlyOnce(NamedType type) {
        return "__NESTMAP_" + type.name().toUpperCase(Locale.ROOT);
    }

    /** The variable that keeps the types of the header with this path in BTF. */
    static String anchor(String path) {
        return "nestmap_" + identifier(path) + "_anchor";
    }

    /** The beginning of a helper's name: the name of the map, without {@code _map} for an inner map. */
    static String base(MapDef map) {
        return map.baseName();
    }

    static boolean isOuter(MapDef map) {
        return map.role() == MapRole.OUTER;
    }

    /** Whether there are helpers that look an inner map up and call one of its helpers. */
    static boolean hasCombinedHelpers(Schema schema, MapDef map) {
        return isOuter(map) && HelperPrinter.hasHelpers(schema, map);
    }

    /** Whether the schema's own header defines a map. Definitions of inner maps can come from an included header. */
    static boolean isDefinedIn(Schema schema, MapDef map) {
        return map.role() != MapRole.INNER || schema.defines(map.name());
    }

    private void collect() {
        String header = schema.header();
        String file = " of " + header + ".bpf.h";
        add(guard(schema.path()), Space.MACRO, header, "include guard" + file);
        ErrorMacro.of(schema).forEach(macro -> add(macro.name(), Space.MACRO, header, "macro " + macro + file));
        if (new HelperPrinter(schema, prefix).returnResultsToCheck()) {
            String macro = HelperOperation.MUST_CHECK;
            add(macro, Space.MACRO, header, "macro " + macro + file);
        }
        schema.types().forEach(this::collectType);
        schema.maps().forEach(map -> names.add(ofMap(map)));
        schema.globals()
                .forEach(global -> add(global.name(), Space.ORDINARY, global.name(), "variable " + global.name()));
        if (new HelperPrinter(schema, prefix).repeatLookups()) {
            add(GlobalDef.LOOKUP_AGAIN, Space.ORDINARY, header, "constant " + GlobalDef.LOOKUP_AGAIN + file);
        }
        if (new HelperPrinter(schema, prefix).copyTexts()) {
            add(KeyCopy.TEXT_HELPER, Space.ORDINARY, header, "function " + KeyCopy.TEXT_HELPER + file);
        }
        if (schema.types().stream().anyMatch(type -> schema.defines(type.name()) || schema.isExternal(type.name()))) {
            add(anchor(schema.path()), Space.ORDINARY, header, "BTF anchor" + file);
        }
        schema.maps().forEach(this::collectHelpers);
    }

    private void collectType(NamedType type) {
        if (AddressStructTypes.contains(type)) {
            String definedBy = AddressStructTypes.kernelHeader(type).orElse("dev.nestmap.types");
            add(type.name(), Space.TAG, "", type.spelling() + " of " + definedBy);
        } else {
            add(type.name(), Space.TAG, type.name(), type.spelling());
        }
        if (type instanceof EnumType enumType) {
            for (EnumType.Constant constant : enumType.constants()) {
                String what = "constant " + constant.name() + " of " + type.spelling();
                add(constant.name(), Space.ORDINARY, type.name(), what);
            }
        }
    }

    private static HeaderIdentifier ofMap(MapDef map) {
        boolean inner = map.role() == MapRole.INNER;
        String what = (inner ? "definition of inner map " : "map ") + map.name();
        return new HeaderIdentifier(map.name(), inner ? Space.TAG : Space.ORDINARY, map.name(), what);
    }

    private void collectHelpers(MapDef map) {
        String ofMap = " of map " + map.name();
        new HelperPrinter(schema, prefix)
                .of(map)
                .forEach(helper -> add(helper.name(), Space.ORDINARY, map.name(), "helper " + helper.name() + ofMap));
    }

    private void add(String identifier, Space space, String owner, String what) {
        names.add(new HeaderIdentifier(identifier, space, owner, what));
    }
}
