/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes that Nestmap makes to the maps, variables and programs of an object file before libbpf loads it. Closing the plan closes the
 * maps in it.
 *
 * @param reused existing maps that replace maps of the object, by name
 * @param prototypes prototypes of inner maps, by the name of the outer map, if the object does not define the inner map or defines another
 *     size or type
 * @param maxEntries {@code max_entries} of maps, by name, if the object file sets none or another one
 * @param kinds types that replace the object's map types on this kernel, by name; such a map has no {@code map_extra}
 * @param writes initial values of global variables
 * @param singleLookups initial values that only kernels need on which one lookup in a HASH_OF_MAPS finds each key ({@link
 *     GlobalDef#LOOKUP_AGAIN})
 * @param notCreated names of the maps that are not created, because neither the object nor a record defines their inner maps
 * @param programs whether programs are loaded, by name; the object decides about the others
 * @param programTypes sections whose program type and attach type programs get, by the names of the programs; other programs use their own
 *     section
 * @param targets the ids of the programs whose functions programs replace or trace, by the names of the latter; the targets of others are in
 *     the kernel
 * @param kernelTypes a file with the kernel's types, instead of those that the kernel has; may be null
 */
public record LoadPlan(
        Map<String, RawMap> reused,
        Map<String, RawMap> prototypes,
        Map<String, Long> maxEntries,
        Map<String, MapKind> kinds,
        List<Write> writes,
        List<Write> singleLookups,
        Set<String> notCreated,
        Map<String, Boolean> programs,
        Map<String, String> programTypes,
        Map<String, Integer> targets,
        @Nullable Path kernelTypes)
        implements AutoCloseable {
    /**
     * A change to the initial content of a section of global variables. Other bytes of the section keep their content from the object file.
     *
     * @param section name of the section
     * @param offset offset of the first byte in the section
     * @param bytes the bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Write(String section, long offset, byte[] bytes) {}

    /** An empty plan, which callers add to. */
    public LoadPlan() {
        this(null);
    }

    /** Another empty plan, with a file of the kernel's types. */
    public LoadPlan(@Nullable Path kernelTypes) {
        this(
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                kernelTypes);
    }

    @Override
    public void close() {
        reused.values().forEach(RawMap::close);
        prototypes.values().forEach(RawMap::close);
    }
}
