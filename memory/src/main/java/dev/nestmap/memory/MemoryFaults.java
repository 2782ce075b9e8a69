/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory;

import dev.nestmap.memory.heap.FaultInjection;
import dev.nestmap.memory.heap.HeapObject;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.util.List;

/**
 * Makes calls to maps in memory fail, to test the reaction of your code. A failed call changes nothing. Nestmap reacts to the error as if it came
 * from the kernel. For example, if a batch fails with {@code EINVAL} or {@code ENOTSUPP}, Nestmap makes one call for each entry.
 *
 * <p>Any thread may use it.
 */
public final class MemoryFaults {
    private final LoadedState state;
    private final Schema schema;
    private final FaultInjection faults;

    private MemoryFaults(LoadedState state, FaultInjection faults) {
        this.state = state;
        this.schema = state.schema();
        this.faults = faults;
    }

    /** A call that a test can make fail. */
    public enum Call {
        /** Creation of an inner map. */
        CREATE,

        /** Lookup of one entry. */
        LOOKUP,

        /** Update of one entry or of a batch. In an outer map, this puts inner maps into slots. */
        UPDATE,

        /** Deletion of one entry, or of a batch. */
        DELETE,

        /** Lookup and deletion in one step: of one entry, or of a batch. */
        TAKE,

        /** One step of an iteration. */
        ITERATE
    }

    /**
     * Returns the faults of an object in memory.
     *
     * @param object an object that {@code inMemory()} of its generated class created
     * @return its faults, always the same object
     * @throws IllegalArgumentException if the object is in the kernel
     */
    public static MemoryFaults of(LoadedObject object) {
        LoadedState state = Bindings.ofObject(object);
        if (state.backend() instanceof HeapObject heap) {
            return new MemoryFaults(state, heap.faults());
        }
        throw new IllegalArgumentException("object " + state.schema().header()
                + " is in the kernel: inject faults into an object that inMemory() created");
    }

    /**
     * Makes the next call fail. To make several calls fail, call this method several times.
     *
     * @param map the map's name in C; the name of the inner maps ({@code flow_map}) applies to all of them
     * @param call the call
     * @param errno the error
     * @return this object
     * @throws IllegalArgumentException if the object has no such map
     */
    public MemoryFaults failNext(String map, Call call, Errno errno) {
        faults.failNext(known(map), operation(call), errno.number());
        return this;
    }

    /**
     * Makes all calls fail until {@link #clear}.
     *
     * @param map the map's name in C; the name of the inner maps ({@code flow_map}) applies to all of them
     * @param call the call
     * @param errno the error
     * @return this object
     * @throws IllegalArgumentException if the object has no such map
     */
    public MemoryFaults failAlways(String map, Call call, Errno errno) {
        faults.failAlways(known(map), operation(call), errno.number());
        return this;
    }

    /**
     * Simulates a crash of a service that pins its outer map, with all effects on maps. Tickets that are not acknowledged throw from now on,
     * and later drains pass their maps. The maps in slots and all other entries stay. After this call, let the test start the code of the
     * service again, with the same object.
     */
    public void crash() {
        state.crash();
    }

    /** Removes all faults. */
    public void clear() {
        faults.clear();
    }

    private String known(String map) {
        List<String> names = schema.maps().stream().map(MapDef::name).sorted().toList();
        if (!names.contains(map)) {
            throw new IllegalArgumentException(
                    "object " + schema.header() + " has no map " + map + "; its maps are " + String.join(", ", names));
        }
        return map;
    }

    private static MapOperation operation(Call call) {
        return MapOperation.valueOf(call.name());
    }
}
