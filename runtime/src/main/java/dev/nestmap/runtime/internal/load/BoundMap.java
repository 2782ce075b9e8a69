/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.PerCpuCodec;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A map, and for a map of maps its inner maps and the schema of the records.
 *
 * @param map the map
 * @param nest the inner maps of a map of maps; null for any other map
 * @param isLayoutCompared whether the layout of the entries was compared with the record
 * @param records reads the maps and types that the records declare; null for inner maps
 */
public record BoundMap(
        OpenMap map,
        @Nullable Nest nest,
        boolean isLayoutCompared,
        @Nullable Supplier<Schema> records) implements MapBinding {
    /**
     * Creates a binding of a map that is not a map of maps.
     *
     * @param map the map
     * @param isLayoutCompared whether the layout of the entries was compared with the record
     */
    public BoundMap(OpenMap map, boolean isLayoutCompared) {
        this(map, null, isLayoutCompared, null);
    }

    /**
     * Creates a binding of a map of an object.
     *
     * @param map the map
     * @param object the object
     * @param schema reads the maps and types that the records declare
     */
    public BoundMap(String map, LoadedState object, Supplier<Schema> schema) {
        this(object.handle(map), object.nest(map), object.isLayoutCompared(map), schema);
    }

    /**
     * Creates a binding of a map without an object.
     *
     * @param opened the map and its inner maps
     * @param schema reads the maps and types that the records declare
     */
    public BoundMap(ObjectlessMap opened, Supplier<Schema> schema) {
        this(opened.map(), opened.nest(), opened.isLayoutCompared(), schema);
    }

    /** Returns what is behind a binding. */
    public static BoundMap of(MapBinding binding) {
        return (BoundMap) binding;
    }

    /** {@return the boot of the machine during which the ids of maps are unique} */
    public UUID bootId() {
        return map.bootId();
    }

    /** {@return the maps and types that the records declare; not for inner maps} */
    public Schema schema() {
        return Objects.requireNonNull(records, "the schema of a map of maps").get();
    }

    /**
     * Stops the recycling of inner maps, so that no inner map gets the id of an earlier one. Called by modules that store ids.
     */
    public void keepIds() {
        requireNest().spares().disable();
    }

    /**
     * Counts the misses of this map of maps that no report contains.
     *
     * @return the number of misses
     * @throws dev.nestmap.runtime.error.BpfException if another process owns the requests
     */
    public long pendingMisses() {
        return requireNest().requireRequests().pending();
    }

    /**
     * Returns whether a server of this process serves the requests of this map of maps.
     *
     * @return 1 or 0; empty if programs record no requests
     * @throws dev.nestmap.runtime.error.BpfException if the map is closed
     */
    public OptionalInt requestServers() {
        map.checkValid();
        KeyRequestTable requests = requireNest().requests();
        return requests == null ? OptionalInt.empty() : OptionalInt.of(requests.isServed() ? 1 : 0);
    }

    /** {@return whether this map of maps is pinned, so that its displaced maps survive this process} */
    public boolean isPinned() {
        return requireNest().isPinned();
    }

    /**
     * Names the machine in identities of displaced maps.
     *
     * @param machine the name
     */
    public void nameMachine(String machine) {
        requireNest().nameMachine(machine);
    }

    @Override
    public <K, E> EntryCodec<K, List<E>> perCpu(EntryCodec<K, E> codec) {
        return new PerCpuCodec<>(map.shape().name(), codec, map.possibleCpus());
    }

    @Override
    public <K, E> EntryCodec<K, List<E>> innerPerCpu(EntryCodec<K, E> codec) {
        return new PerCpuCodec<>(
                requireNest().innerShape().name(), codec, requireNest().possibleCpus());
    }

    /** The inner maps of a map of maps. */
    public Nest requireNest() {
        return Objects.requireNonNull(nest, "a map of maps");
    }
}
