/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Completes the schema of an object with the parts that the object leaves to user space (inner maps of outer maps, {@code max_entries}), and
 * replaces sizes that the caller sets.
 *
 * @param records the schema of the records
 * @param declared the same with the sizes that the caller sets
 * @param object the schema of the object file
 * @param maps the completed maps so far
 * @param types the types of the object, and those of added maps
 */
record SchemaCompletion(Schema records, Schema declared, Schema object, List<MapDef> maps, List<NamedType> types) {
    /**
     * Returns the schema of an object, completed from the records.
     *
     * @param records the schema of the records
     * @param declared the same with the sizes that the caller sets
     * @param object the schema of the object file, with the sizes that libbpf creates its maps with
     */
    static Schema complete(Schema records, Schema declared, Schema object) {
        return new SchemaCompletion(records, declared, object, new ArrayList<>(), new ArrayList<>(object.types()))
                .complete();
    }

    /**
     * Returns the schema of the records with the sizes and flags that they leave to somebody else's object.
     *
     * @param completed the schema of the object, completed from the records
     */
    static Schema completeRecords(Schema declared, Schema completed) {
        if (!declared.isForeign()) {
            return declared;
        }
        Map<String, MapDef> others = new HashMap<>();
        for (MapDef map : declared.maps()) {
            completed
                    .map(map.name())
                    .filter(other -> other.role() == map.role())
                    .ifPresent(other -> {
                        others.put(map.name(), other);
                        if (map.definition() != null && other.definition() != null && map.role() == MapRole.OUTER) {
                            others.put(map.definition(), completed.innerOf(other));
                        }
                    });
        }
        List<MapDef> complete = declared.maps().stream()
                .map(map -> others.containsKey(map.name()) ? map.completedFrom(others.get(map.name())) : map)
                .toList();
        return declared.withMaps(complete);
    }

    private Schema complete() {
        for (MapDef map : object.maps()) {
            Optional<MapDef> declaration = declared.map(map.name()).filter(other -> other.role() == map.role());
            if (map.role() != MapRole.INNER) {
                maps.add(declaration.map(found -> complete(map, found)).orElse(map));
            }
        }
        List<MapDef> inners = object.maps().stream()
                .filter(map -> map.role() == MapRole.INNER)
                .filter(map -> maps.stream().noneMatch(other -> other.name().equals(map.name())))
                .toList();
        maps.addAll(0, inners);
        return object.withTypes(types).withMaps(maps);
    }

    private MapDef complete(MapDef map, MapDef declaration) {
        String inner = map.definition();
        if (declaration.definition() != null && map.role() == MapRole.OUTER && mustCompleteInner(map, declaration)) {
            inner = addInner(map, declared.innerOf(declaration));
        }
        return typed(map, declaration).withMaxEntries(entries(map, declaration)).withDefinition(inner);
    }

    /** Whether the object leaves the inner map or its size to user space, or the caller sets another size. */
    private boolean mustCompleteInner(MapDef outer, MapDef declaration) {
        if (outer.definition() == null) {
            return true;
        }
        MapDef own = object.innerOf(outer);
        MapDef inner = declared.innerOf(declaration);
        return entries(own, inner) != own.maxEntries() || typed(own, inner).kind() != own.kind();
    }

    /** Returns the definition of the object with the type HASH if the records declare RHASH_OR_HASH and the kernel has no RHASH. */
    private static MapDef typed(MapDef map, MapDef declaration) {
        boolean isHash = map.kind() == MapKind.RHASH && declaration.kind() == MapKind.HASH && declaration.orHash();
        return isHash ? map.asHash() : map;
    }

    /**
     * Returns the caller's size if the records leave the size to load time and the caller sets it. Otherwise returns the object's size, if
     * it has one.
     */
    private long entries(MapDef map, MapDef declaration) {
        boolean isSet = declaration.maxEntries() != 0
                && records.map(declaration.name()).filter(MapDef::isSizedAtLoad).isPresent();
        return isSet || map.maxEntries() == 0 ? declaration.maxEntries() : map.maxEntries();
    }

    /** Adds the inner map: the declared one, or the object's own with the declared size. Returns its name. */
    private String addInner(MapDef outer, MapDef declaredInner) {
        MapDef own = outer.definition() == null ? null : object.innerOf(outer);
        MapDef base = own == null ? declaredInner : own;
        String name = base.name();
        if (maps.stream().noneMatch(map -> map.name().equals(name))) {
            maps.add(typed(base, declaredInner)
                    .withMaxEntries(declaredInner.maxEntries())
                    .withDefinition(null));
        }
        if (own == null) {
            declared.types().stream()
                    .filter(type -> object.type(type.name()).isEmpty())
                    .filter(type -> !types.contains(type))
                    .forEach(types::add);
        }
        return name;
    }
}
