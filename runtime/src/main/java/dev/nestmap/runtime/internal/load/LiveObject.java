/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import dev.nestmap.runtime.internal.outer.RequestTable;
import dev.nestmap.runtime.internal.pin.OuterMapPins;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A loaded object: the one owner of its maps, of the inner maps in them and, through its backend, of programs and links. */
public final class LiveObject {
    private final Schema schema;
    private final ObjectBackend backend;
    private final Map<String, LeasedMap> maps = new LinkedHashMap<>();
    private final Map<String, OuterMapState> states = new LinkedHashMap<>();
    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;

    /**
     * Takes the backend over.
     *
     * @param schema what the object's maps are like
     */
    public LiveObject(Schema schema, ObjectBackend backend) {
        this(schema, backend, Map.of());
    }

    /**
     * Takes the backend over.
     *
     * @param schema what the object's maps are like
     * @param pins the pins beside those of its outer maps that are pinned, by their names
     */
    LiveObject(Schema schema, ObjectBackend backend, Map<String, OuterMapPins> pins) {
        this.schema = schema;
        this.backend = backend;
        backend.maps().forEach((name, raw) -> {
            LeasedMap map = new LeasedMap(name, raw, new AtomicInteger(placesBesideSlots(name, raw)));
            maps.put(name, map);
        });
        maps.forEach((name, map) -> schema.map(name)
                .filter(definition -> definition.role() == MapRole.OUTER && definition.inner() != null)
                .ifPresent(outer -> states.put(name, state(outer, map, pins.get(name)))));
    }

    /** What the object's maps are like. */
    public Schema schema() {
        return schema;
    }

    /** The map of this name. */
    public LeasedMap map(String name) {
        LeasedMap map = maps.get(name);
        if (map == null) {
            throw new BpfException(
                    "binding of map " + name,
                    "object " + schema.header() + " has no such map, it has " + String.join(", ", maps.keySet()));
        }
        return map;
    }

    /** The inner maps of the map of this name, when it is a map of maps. */
    public @Nullable OuterMapState state(String name) {
        return states.get(name);
    }

    /** The object's programs in order. */
    public List<Program> programs() {
        return backend.programs();
    }

    /** Whether this is the heap and not the kernel. */
    public boolean inMemory() {
        return backend.inMemory();
    }

    /** Whether it has been closed. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Cuts off every borrowed handle, waits for the calls that are under way, and lets go of everything, also where that fails for some of
     * it. Idempotent.
     */
    public void close() {
        closing.lock();
        try {
            if (!closed) {
                closed = true;
                String why = "object " + schema.header() + " was closed";
                new Cleanup()
                        .each(maps.values(), map -> map.revoke(why))
                        .each(states.values(), state -> state.close(why))
                        .run(backend::close)
                        .rethrow();
            }
        } finally {
            closing.unlock();
        }
    }

    /** Programs find a map by its name: one place that it never leaves. One that is in slots may be found by those alone. */
    private int placesBesideSlots(String name, RawMap raw) {
        boolean isInstance =
                schema.map(name).filter(map -> map.role() == MapRole.INSTANCE).isPresent();
        return isInstance && programsWith(raw.id()).isEmpty() ? 0 : 1;
    }

    private List<Program> programsWith(int map) {
        return backend.programs().stream()
                .filter(program -> backend.mapIdsOf(program).contains(map))
                .toList();
    }

    private OuterMapState state(MapDef outer, LeasedMap map, @Nullable OuterMapPins pins) {
        MapShape inner = MapShape.of(schema.innerOf(outer));
        List<Program> users = programsWith(map.id());
        InnerMapUse use = new InnerMapUse(schema.header(), outer.name(), inner);
        users.forEach(use::check);
        List<String> sleepable = users.stream()
                .filter(program -> SectionName.isSleepable(program.section()))
                .map(Program::name)
                .toList();
        return new OuterMapState(map, inner, backend.inners(outer.name()), sleepable, pins, requests(outer.name()));
    }

    /** By their names: BTF says no more of them. Who serves requests has compared the object with records that declare them. */
    private @Nullable RequestTable requests(String outer) {
        LeasedMap noted = maps.get(outer + RequestMaps.NOTED);
        LeasedMap unnoted = maps.get(outer + RequestMaps.UNNOTED);
        return noted == null || unnoted == null ? null : new RequestTable(noted, unnoted);
    }
}
