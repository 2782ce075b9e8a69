/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.NamedType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What one BPF object or header declares.
 *
 * @param origin the top-level Java type that it was made from, empty where it was read from an object
 * @param header name of the header without {@code .bpf.h}, and of the object: {@code tenant_flows}
 * @param includes the headers of other types that this one uses, with what it takes from each
 * @param types every struct, union and enum that occurs, a used one before those that use it
 * @param maps every map definition, in order of declaration, an inner one before outer ones that name it
 */
public record Schema(String origin, String header, List<Include> includes, List<NamedType> types, List<MapDef> maps) {

    /**
     * Another header that is used.
     *
     * @param header of a generated header its name without {@code .bpf.h}, of another one what C includes:
     *     {@code linux/in6.h}
     * @param tags the tags of types and of inner map definitions that are defined there and not here
     * @param external whether it is not Nestmap's: its types are asserted here, because nothing else does
     */
    public record Include(String header, List<String> tags, boolean external) {
        /** Copies the list. */
        public Include {
            tags = List.copyOf(tags);
        }

        /** A generated header. */
        public Include(String header, List<String> tags) {
            this(header, tags, false);
        }
    }

    /** Copies the lists. */
    public Schema {
        includes = List.copyOf(includes);
        types = List.copyOf(types);
        maps = List.copyOf(maps);
    }

    /** The map definition of this name. */
    public Optional<MapDef> map(String name) {
        return maps.stream().filter(map -> map.name().equals(name)).findFirst();
    }

    /**
     * The same with sizes for maps that are sized at load.
     *
     * @param sizes tells the {@code max_entries} of a map; empty leaves it open
     */
    public Schema sized(Function<MapDef, OptionalLong> sizes) {
        List<MapDef> sized = maps.stream()
                .map(map -> map.isSizedAtLoad()
                        ? sizes.apply(definition(map)).stream()
                                .mapToObj(map::sized)
                                .findFirst()
                                .orElse(map)
                        : map)
                .toList();
        return new Schema(origin, header, includes, types, sized);
    }

    /** Of an inner map that has a name its definition, which says its size. */
    private MapDef definition(MapDef map) {
        return map.role() == MapRole.INSTANCE ? innerOf(map) : map;
    }

    /** The type with this tag. */
    public Optional<NamedType> type(String name) {
        return types.stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /** The map with the entries: of an outer map the definition of those that it holds. */
    public MapDef contentOf(MapDef map) {
        return map.role() == MapRole.OUTER ? innerOf(map) : map;
    }

    /** The definition of the inner maps of an outer map. */
    public MapDef innerOf(MapDef outer) {
        return Optional.ofNullable(outer.inner())
                .flatMap(this::map)
                .orElseThrow(() -> new IllegalArgumentException("no inner map definition for " + outer.name()));
    }

    /** The definition whose C type and helpers serve the inner maps of an outer map, whatever their size. */
    public MapDef handleOf(MapDef outer) {
        MapDef inner = innerOf(outer);
        return inner.inner() == null ? inner : innerOf(inner);
    }

    /** Whether an outer map holds maps of this definition, or of one that differs from it in size alone. */
    public boolean isUsed(MapDef inner) {
        return maps.stream()
                .anyMatch(map -> map.role() != MapRole.INSTANCE && inner.name().equals(map.inner()));
    }

    /** Whether this tag is defined in a header that Nestmap did not make. */
    public boolean isExternal(String tag) {
        return includes.stream()
                .anyMatch(include -> include.external() && include.tags().contains(tag));
    }

    /** Whether this tag is defined in a header of the kernel's for user space, which never changes it. */
    public boolean isOfKernel(String tag) {
        return includes.stream()
                .anyMatch(include -> include.external()
                        && KernelHeaders.isOfKernel(include.header())
                        && include.tags().contains(tag));
    }

    /** Whether this tag is defined here, and not in a header that is included. */
    public boolean defines(String tag) {
        return includes.stream().noneMatch(include -> include.tags().contains(tag));
    }
}
