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

/** A map, and for a map of maps its inner maps and the schema of the records. */
public final class BoundMap implements MapBinding {
    private final OpenMap map;
    private final @Nullable Nest state;
    private final @Nullable Supplier<Schema> schema;
    private final boolean isLayoutCompared;

    private BoundMap(OpenMap map, @Nullable Nest state, @Nullable Supplier<Schema> schema, boolean isLayoutCompared) {
        this.map = map;
        this.state = state;
        this.schema = schema;
        this.isLayoutCompared = isLayoutCompared;
    }

    /**
     * Creates a binding of a map that is not a map of maps.
     *
     * @param map the map
     * @param isLayoutCompared whether the layout of the entries was compared with the record
     */
    public BoundMap(OpenMap map, boolean isLayoutCompared) {
        this(map, null, null, isLayoutCompared);
    }

    /**
     * Creates a binding of a map of an object.
     *
     * @param map the map
     * @param object the object
     * @param schema reads the maps and types that the records declare
     */
    public BoundMap(String map, LoadedState object, Supplier<Schema> schema) {
        this(object.handle(map), object.state(map), schema, object.isLayoutCompared(map));
    }

    /**
     * Creates a binding of a map without an object.
     *
     * @param opened the map and its inner maps
     * @param schema reads the maps and types that the records declare
     */
    public BoundMap(ObjectlessMap opened, Supplier<Schema> schema) {
        this(opened.map(), opened.state(), schema, opened.isLayoutCompared());
    }

    /** Returns what is behind a binding. */
    public static BoundMap of(MapBinding binding) {
        return (BoundMap) binding;
    }

    /** {@return the map} */
    public OpenMap map() {
        return map;
    }

    /** {@return the boot of the machine during which the ids of maps are unique} */
    public UUID bootId() {
        return map.bootId();
    }

    /** {@return the maps and types that the records declare; not for inner maps} */
    public Schema schema() {
        return Objects.requireNonNull(schema, "the schema of a map of maps").get();
    }

    /** {@return whether the layout of the entries was compared with the record} */
    public boolean isLayoutCompared() {
        return isLayoutCompared;
    }

    /** {@return the inner maps of a map of maps; null for any other map} */
    public @Nullable Nest state() {
        return state;
    }

    /**
     * Stops the recycling of inner maps, so that no inner map gets the id of an earlier one. Called by modules that store ids.
     */
    public void keepIds() {
        Objects.requireNonNull(state, "a map of maps").neverRecycle();
    }

    /**
     * Counts the misses of this map of maps that no report contains.
     *
     * @return the number of misses
     * @throws dev.nestmap.runtime.error.BpfException if another process owns the requests
     */
    public long pendingMisses() {
        return Objects.requireNonNull(state, "a map of maps").requireRequests().pending();
    }

    /**
     * Returns whether a server of this process serves the requests of this map of maps.
     *
     * @return 1 or 0; empty if programs record no requests
     * @throws dev.nestmap.runtime.error.BpfException if the map is closed
     */
    public OptionalInt requestServers() {
        map.checkValid();
        KeyRequestTable requests =
                Objects.requireNonNull(state, "a map of maps").requests();
        return requests == null ? OptionalInt.empty() : OptionalInt.of(requests.isServed() ? 1 : 0);
    }

    /** {@return whether this map of maps is pinned, so that its displaced maps survive this process} */
    public boolean isPinned() {
        return Objects.requireNonNull(state, "a map of maps").isPinned();
    }

    /**
     * Names the machine in identities of displaced maps.
     *
     * @param machine the name
     */
    public void nameMachine(String machine) {
        Objects.requireNonNull(state, "a map of maps").nameMachine(machine);
    }

    @Override
    public <K, E> EntryCodec<K, List<E>> perCpu(EntryCodec<K, E> codec) {
        return new PerCpuCodec<>(map.shape().name(), codec, map.possibleCpus());
    }

    @Override
    public <K, E> EntryCodec<K, List<E>> innerPerCpu(EntryCodec<K, E> codec) {
        Nest outer = Objects.requireNonNull(state, "a map of maps");
        return new PerCpuCodec<>(outer.innerShape().name(), codec, outer.possibleCpus());
    }
}
