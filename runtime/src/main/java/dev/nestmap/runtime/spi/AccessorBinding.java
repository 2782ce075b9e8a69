/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.internal.map.PerCpuCodec;
import dev.nestmap.runtime.internal.migrate.EntryConverter;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A map that an accessor is created from. Generated code only passes it on. */
@SuppressWarnings("exports") // members that only the runtime calls
public final class AccessorBinding {
    private final OpenMap map;
    private final @Nullable Nest state;
    private final @Nullable Supplier<Schema> schema;
    private final boolean isLayoutCompared;

    private AccessorBinding(
            OpenMap map, @Nullable Nest state, @Nullable Supplier<Schema> schema, boolean isLayoutCompared) {
        this.map = map;
        this.state = state;
        this.schema = schema;
        this.isLayoutCompared = isLayoutCompared;
    }

    /**
     * Creates a binding of a map that is not a map of maps. The runtime calls it.
     *
     * @param map the map
     * @param isLayoutCompared whether the layout of the entries was compared with the record
     */
    public AccessorBinding(OpenMap map, boolean isLayoutCompared) {
        this(map, null, null, isLayoutCompared);
    }

    /**
     * Creates a binding of a map of an object. The runtime calls it.
     *
     * @param map the map
     * @param object the object
     * @param schema reads the maps and types that the records declare
     */
    public AccessorBinding(String map, LoadedState object, Supplier<Schema> schema) {
        this(object.map(map), object.state(map), schema, object.isLayoutCompared(map));
    }

    /**
     * Creates a binding of a map without an object. The runtime calls it.
     *
     * @param opened the map and its inner maps
     * @param schema reads the maps and types that the records declare
     */
    public AccessorBinding(ObjectlessMap opened, Supplier<Schema> schema) {
        this(opened.map(), opened.state(), schema, opened.isLayoutCompared());
    }

    /** {@return the map, for the runtime} */
    public OpenMap map() {
        return map;
    }

    /** {@return the maps and types that the records declare, for other modules of Nestmap; not for inner maps} */
    public Schema schema() {
        return Objects.requireNonNull(schema, "the schema of a map of maps").get();
    }

    /**
     * Returns a conversion of entries of another version to the records of this outer map, for other modules of Nestmap.
     *
     * @param layoutText the layout of the other version
     * @param rules the rules for components that have changed
     * @return the conversion
     * @throws IllegalArgumentException if the text is no layout
     * @throws dev.nestmap.runtime.error.BpfException if the entries can't be converted; the message lists all reasons
     */
    public EntryConverter conversionFrom(String layoutText, Migration rules) {
        Schema records = schema();
        return EntryConverter.of(
                layoutText, records, records.map(map.shape().name()).orElseThrow(), rules);
    }

    /** {@return whether the layout of the entries was compared with the record, for the runtime} */
    public boolean isLayoutCompared() {
        return isLayoutCompared;
    }

    /** {@return the inner maps of a map of maps, for the runtime; null for any other map} */
    public @Nullable Nest state() {
        return state;
    }

    /**
     * Stops the recycling of inner maps, so that no inner map gets the id of an earlier one. For other modules of Nestmap that store ids.
     */
    public void keepIds() {
        Objects.requireNonNull(state, "a map of maps").neverRecycle();
    }

    /**
     * Returns the codec of the entries of a per-CPU map.
     *
     * @param codec converts one CPU's records to bytes and back
     * @param <K> type of the keys
     * @param <E> type of one CPU's records
     * @return a codec of lists with one record for each CPU
     */
    public <K, E> EntryCodec<K, List<E>> perCpu(EntryCodec<K, E> codec) {
        return new PerCpuCodec<>(map.shape().name(), codec, map.valueBytes());
    }

    /**
     * Returns the codec of the entries of per-CPU inner maps.
     *
     * @param codec converts one CPU's records to bytes and back
     * @param <K> type of the inner maps' keys
     * @param <E> type of one CPU's records
     * @return a codec of lists with one record for each CPU
     */
    public <K, E> EntryCodec<K, List<E>> innerPerCpu(EntryCodec<K, E> codec) {
        Nest outer = Objects.requireNonNull(state, "a map of maps");
        return new PerCpuCodec<>(outer.innerShape().name(), codec, outer.innerValueBytes());
    }
}
