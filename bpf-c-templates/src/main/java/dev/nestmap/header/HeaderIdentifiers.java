/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.header.HeaderIdentifier.Space;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The identifiers of a header. The processor computes them before it prints the header, so that it can report clashes. */
public final class HeaderIdentifiers {
    private static final String DEFINITION_SUFFIX = "_map";

    private final Schema schema;
    private final String prefix;
    private final List<HeaderIdentifier> names = new ArrayList<>();

    private HeaderIdentifiers(Schema schema, String prefix) {
        this.schema = schema;
        this.prefix = prefix;
    }

    /**
     * The identifiers that including the header of a schema declares at file scope, in order of declaration: its own, and those of
     * included headers that the schema knows. {@link HeaderIdentifier#header()} is the header that declares an identifier.
     *
     * @param prefix the prefix of the object's names, or empty
     */
    public static List<HeaderIdentifier> of(Schema schema, String prefix) {
        HeaderIdentifiers result = new HeaderIdentifiers(schema, prefix);
        result.collect();
        return List.copyOf(result.names);
    }

    /** Two declarations that C does not allow in one scope. */
    public record Clash(HeaderIdentifier first, HeaderIdentifier second) {}

    /**
     * The identifiers that a schema's header declares more than once: each later declaration with the first one.
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
        return List.copyOf(clashes);
    }

    static String guard(String header) {
        return "__" + header.toUpperCase(Locale.ROOT) + "_BPF_H";
    }

    /** Guard macro of a type that several headers define. */
    static String onlyOnce(NamedType type) {
        return "__NESTMAP_" + type.name().toUpperCase(Locale.ROOT);
    }

    static String anchor(String header) {
        return "nestmap_" + header + "_anchor";
    }

    /** The beginning of a helper's name: the name of the map, without {@code _map} for an inner map. */
    static String base(MapDef map) {
        String name = map.name();
        boolean suffixed = map.role() == MapRole.INNER
                && name.endsWith(DEFINITION_SUFFIX)
                && name.length() > DEFINITION_SUFFIX.length();
        return suffixed ? name.substring(0, name.length() - DEFINITION_SUFFIX.length()) : name;
    }

    /** The name under which the header declares the program in a slot: {@code stages_slot_2}. */
    static String programSlot(MapDef map, SlotContents.Slot slot) {
        return map.name() + "_slot_" + SlotContents.text(slot.key());
    }

    static boolean isOuter(MapDef map) {
        return map.role() == MapRole.OUTER;
    }

    /** Whether the schema's own header defines a map. Definitions of inner maps can come from an included header. */
    static boolean isDefinedIn(Schema schema, MapDef map) {
        return map.role() != MapRole.INNER || schema.defines(map.name());
    }

    /**
     * Whether a combined helper returns {@code -ENOENT}. The header defines {@code ENOENT} then, because {@code vmlinux.h} has no macros.
     */
    static boolean usesEnoent(Schema schema) {
        return schema.maps().stream()
                .filter(HeaderIdentifiers::isOuter)
                .flatMap(outer -> HelperOperation.combined(schema.helperDefinitionOf(outer)).stream())
                .anyMatch(HelperOperation::returnsEnoent);
    }

    private void collect() {
        String header = schema.header();
        names.add(new HeaderIdentifier(
                guard(header), Space.MACRO, header, "include guard of " + header + ".bpf.h", header));
        if (usesEnoent(schema)) {
            String enoent = HelperOperation.ENOENT;
            names.add(new HeaderIdentifier(
                    enoent, Space.MACRO, header, "macro " + enoent + " of " + header + ".bpf.h", header));
        }
        schema.types().forEach(this::collectType);
        schema.maps().forEach(this::collectMap);
        schema.globals()
                .forEach(global -> names.add(new HeaderIdentifier(
                        global.name(), Space.ORDINARY, global.name(), "variable " + global.name(), header)));
        if (schema.types().stream().anyMatch(type -> schema.defines(type.name()) || schema.isExternal(type.name()))) {
            names.add(new HeaderIdentifier(
                    anchor(header), Space.ORDINARY, header, "BTF anchor of " + header + ".bpf.h", header));
        }
        schema.maps().forEach(this::collectHelpers);
    }

    private void collectType(NamedType type) {
        String header = headerOf(type.name());
        names.add(new HeaderIdentifier(type.name(), Space.TAG, type.name(), type.spelling(), header));
        if (type instanceof EnumType enumType) {
            for (EnumType.Constant constant : enumType.constants()) {
                String what = "constant " + constant.name() + " of " + type.spelling();
                names.add(new HeaderIdentifier(constant.name(), Space.ORDINARY, type.name(), what, header));
            }
        }
    }

    private void collectMap(MapDef map) {
        boolean inner = map.role() == MapRole.INNER;
        Space space = inner ? Space.TAG : Space.ORDINARY;
        String what = (inner ? "definition of inner map " : "map ") + map.name();
        names.add(new HeaderIdentifier(map.name(), space, map.name(), what, headerOf(map)));
    }

    private void collectHelpers(MapDef map) {
        if (map.kind().holdsPrograms() && HelperPrinter.hasHelpers(map)) {
            map.slots().inObject().forEach(slot -> {
                String what = "slot " + SlotContents.text(slot.key()) + " of map " + map.name();
                names.add(
                        new HeaderIdentifier(programSlot(map, slot), Space.ORDINARY, map.name(), what, headerOf(map)));
            });
        }
        new HelperPrinter(schema, prefix).of(map).forEach(helper -> {
            String what = "helper " + helper.name() + " of map " + map.name();
            names.add(new HeaderIdentifier(helper.name(), Space.ORDINARY, map.name(), what, headerOf(map)));
        });
    }

    private String headerOf(MapDef map) {
        return isDefinedIn(schema, map) ? schema.header() : headerOf(map.name());
    }

    private String headerOf(String tag) {
        return schema.includes().stream()
                .filter(include -> include.tags().contains(tag))
                .map(Schema.Include::header)
                .findFirst()
                .orElse(schema.header());
    }
}
