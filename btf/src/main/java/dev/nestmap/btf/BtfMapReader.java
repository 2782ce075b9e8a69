/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads map definitions from the variables in {@code .maps}. The type of a variable is a struct, with or without a tag or typedefs, whose
 * members describe the map, see {@link MapAttributes}.
 */
public final class BtfMapReader {
    public static final String SECTION = ".maps";

    /** The suffix that libbpf gives to the names of definitions of inner maps. */
    private static final String INNER_SUFFIX = ".inner";

    /** Rust needs two: one for interior mutability, and one for the type with the methods. */
    private static final int MAX_WRAPPERS = 8;

    private final Btf btf;
    private final BtfTypeReader types;
    private final InitialSlotReader slots;
    private final List<MapDef> maps = new ArrayList<>();
    /** Definitions by the number of their struct. */
    private final Map<Integer, MapAttributes> definitions = new HashMap<>();
    /** Definitions of inner maps by the number of their struct. */
    private final Map<Integer, MapDef> inners = new HashMap<>();

    /** For each inner map definition, the name of the first outer map that uses it, by the number of the definition's struct. */
    private final Map<Integer, String> holders = new HashMap<>();

    private final Set<String> taken = new HashSet<>();

    /** Receives the definitions that can't be read; null if one of them makes the object malformed. */
    private final @Nullable List<MalformedMap> malformed;

    /** @param malformed receives the definitions that can't be read; null to throw an exception for the first one */
    BtfMapReader(Optional<Elf> elf, Btf btf, BtfTypeReader types, @Nullable List<MalformedMap> malformed) {
        this.malformed = malformed;
        this.btf = btf;
        this.types = types;
        this.slots = new InitialSlotReader(elf, btf);
    }

    /** Every map definition, in the order of the file. An inner map definition precedes the outer maps and instances that refer to it. */
    List<MapDef> read() {
        List<BtfType> variables = btf.variables(SECTION);
        Set<String> skipped = new HashSet<>();
        for (BtfType variable : variables) {
            taken.add(variable.name());
            unlessMalformed(variable, skipped, () -> {
                MapAttributes attributes = attributes(variable.name(), variable.target());
                if (attributes.values() != 0) {
                    holders.putIfAbsent(struct(attributes.values()).id(), variable.name());
                }
            });
        }
        for (BtfType variable : variables) {
            if (!skipped.contains(variable.name())) {
                unlessMalformed(variable, skipped, () -> maps.add(map(variable.name(), variable.target())));
            }
        }
        return List.copyOf(maps);
    }

    private void unlessMalformed(BtfType variable, Set<String> skipped, Runnable read) {
        try {
            read.run();
        } catch (MalformedObjectException e) {
            if (malformed != null) {
                malformed.add(new MalformedMap(variable.name(), e.problem(), e.remedy()));
            } else if (!MapAttributes.hasUnknownType(btf, variable.name(), struct(variable.target()))) {
                throw e;
            }
            skipped.add(variable.name());
        }
    }

    private BtfType struct(int type) {
        return definition(btf, btf.resolve(type));
    }

    /** The struct with the attributes of a map. In Rust, it is the only member of other types, such as {@code UnsafeCell}. */
    public static BtfType definition(Btf btf, BtfType type) {
        BtfType struct = type;
        for (int depth = 0; depth < MAX_WRAPPERS && struct.kind() == BtfKind.STRUCT; depth++) {
            BtfType only = struct.memberCount() == 1
                    ? btf.resolve(struct.members().get(0).type())
                    : struct;
            if (only.kind() != BtfKind.STRUCT || only.id() == struct.id()) {
                break;
            }
            struct = only;
        }
        return struct;
    }

    private MapDef map(String name, int type) {
        MapAttributes attributes = attributes(name, type);
        if (attributes.kind().isMapOfMaps()) {
            // Without a definition, the process that loads the object chooses the inner maps.
            MapDef inner = attributes.values() == 0 ? null : readableInner(name, attributes.values());
            return definition(name, MapRole.OUTER, attributes, inner == null ? null : inner.name());
        }
        int struct = struct(type).id();
        String holder = holders.get(struct);
        MapDef plain = definition(name, MapRole.PLAIN, attributes, null);
        return holder == null ? plain : inner(holder, struct).declaredInner(name);
    }

    /** The definition of the inner maps; null if this version of Nestmap does not know their type, and the caller accepts malformed maps. */
    private @Nullable MapDef readableInner(String outer, int values) {
        try {
            return inner(outer, values);
        } catch (MalformedObjectException e) {
            if (malformed == null || !MapAttributes.hasUnknownType(btf, outer, struct(values))) {
                throw e;
            }
            malformed.add(new MalformedMap(outer + INNER_SUFFIX, e.problem(), e.remedy()));
            return null;
        }
    }

    private MapDef inner(String outer, int values) {
        BtfType struct = struct(values);
        MapDef known = inners.get(struct.id());
        if (known != null) {
            return known;
        }
        MapAttributes attributes = attributes(outer + INNER_SUFFIX, struct.id());
        if (attributes.kind().isMapOfMaps()) {
            throw btf.malformed(
                    "the inner maps of map " + outer + " are maps of maps, but the kernel allows only two levels",
                    "use two levels only: put these maps into the outer map, under a longer key");
        }
        String tag = struct.name();
        // A map can have the same name as the tag of the struct.
        String name = !tag.isEmpty() && taken.add(tag) ? tag : outer + INNER_SUFFIX;
        MapDef inner = definition(name, MapRole.INNER, attributes, null);
        inners.put(struct.id(), inner);
        maps.add(inner);
        return inner;
    }

    private MapAttributes attributes(String map, int id) {
        BtfType struct = struct(id);
        if (struct.kind() != BtfKind.STRUCT) {
            throw btf.malformed(
                    "map " + map + " is " + kind(struct) + ", and libbpf reads only structs",
                    "define each map by its own variable: struct { __uint(type, ...); ... } name SEC(\".maps\")");
        }
        MapAttributes known = definitions.get(struct.id());
        if (known != null) {
            return known;
        }
        MapAttributes attributes = MapAttributes.read(btf, map, struct);
        definitions.put(struct.id(), attributes);
        return attributes;
    }

    /** Before version 22, clang describes no other type than a struct in this section. */
    private static String kind(BtfType type) {
        return switch (type.kind()) {
            case ARRAY -> "an array of " + type.elementCount() + " maps";
            case UNION -> "a union";
            case PTR -> "a pointer";
            case INT -> "a number";
            case VOID -> "an array, a union, a pointer or a number";
            default -> "of kind " + type.kind();
        };
    }

    /** Authors also write {@code __uint(key, 0)} for a queue, which has no keys: a type without bytes. */
    private @Nullable CType key(MapAttributes attributes) {
        CType key = attributes.key().read(types);
        boolean hasKey = attributes.kind().keyRule() != MapKind.KeyRule.NONE;
        return hasKey || key == null || key.size() > 0 ? key : null;
    }

    private MapDef definition(String name, MapRole role, MapAttributes attributes, @Nullable String inner) {
        boolean hasSlots = attributes.valuesAt() >= 0 && (role != MapRole.OUTER || inner != null);
        return new MapDef(
                        name,
                        role,
                        attributes.kind(),
                        attributes.maxEntries(),
                        attributes.flags(),
                        key(attributes),
                        role == MapRole.OUTER ? null : attributes.value().read(types),
                        inner)
                .withExtra(attributes.extra())
                .withNumaNode(attributes.numaNode())
                .withSlots(hasSlots ? slots.read(name, attributes.valuesAt()) : List.of())
                .pinnedByNameIf(attributes.pinnedByName());
    }
}
