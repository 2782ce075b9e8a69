/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.CountMap;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.nest.UncountedTable;
import dev.nestmap.runtime.internal.nest.WaitingGroups;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.runtime.internal.open.ObjectFailure;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.VariablePlace;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The internal state of a {@code LoadedObject}, in the kernel or in memory. It owns the handles to the object's maps, the {@link
 * Nest} of each outer map, the memory of global variables and the {@link ObjectBackend}, and closes them in this order. The
 * accessors and {@code LoadedObject} call it.
 */
public final class LoadedState implements ObjectBinding {
    private final Schema schema;
    private final Schema records;
    private final ObjectBackend backend;
    private final Map<String, OpenMap> maps = new LinkedHashMap<>();
    private final Map<String, Nest> nests = new LinkedHashMap<>();

    /** By the name of each pinned plain map, the maps of other versions that wait beside it. */
    private Map<String, WaitingGroups> plainGroups = Map.of();

    private final Set<String> countedStreams = new LinkedHashSet<>();

    private final GlobalVariables globals;
    private final Set<String> pinnedByName;
    private final Set<String> uncompared;
    private final Mutex closing = new Mutex();
    private final @Nullable HandleLeakWatch leak;
    private final ObjectFailure failure = new ObjectFailure();
    private volatile boolean closed;

    /**
     * Takes over the backend.
     *
     * @param schema the object's maps and types
     * @param records the maps and types that the records declare
     * @param pins by the name of each pinned outer map, the pins beside its pin
     * @param variables where the object's global variables are, by their names in C
     * @param pinnedByName names of the maps that are pinned because the object declares it
     * @param uncompared names of the maps whose layout of entries was not compared with their records
     */
    public LoadedState(
            Schema schema,
            Schema records,
            ObjectBackend backend,
            Map<String, NestPins> pins,
            Map<String, VariablePlace> variables,
            Set<String> pinnedByName,
            Set<String> uncompared) {
        this.pinnedByName = Set.copyOf(pinnedByName);
        this.uncompared = Set.copyOf(uncompared);
        this.schema = schema;
        this.records = records;
        this.backend = backend;
        this.globals = new GlobalVariables(schema.header(), backend.sections(), variables, failure);
        backend.maps().forEach((name, raw) -> maps.put(name, new OpenMap(name, raw, failure)));
        // The tables of requests first, which belong to other outer maps.
        Stream.of(true, false)
                .forEach(isForTables -> maps.forEach((name, map) -> schema.map(name)
                        .filter(definition -> definition.role() == MapRole.OUTER
                                && definition.definition() != null
                                && isForTables == isForTables(name))
                        .ifPresent(outer -> nests.put(name, nest(outer, map, pins.get(name))))));
        DetachedLinkWarnings warnings = new DetachedLinkWarnings(schema.header(), backend);
        nests.values().forEach(nest -> nest.setProgramCheck(warnings::check));
        this.leak = backend.remains().map(this::watch).orElse(null);
    }

    /**
     * Watches the backend, which the programs and all handles to maps keep reachable. If the backend becomes garbage before this object is
     * closed, Nestmap frees its resources and logs a warning.
     */
    private HandleLeakWatch watch(ObjectBackend.Remains remains) {
        List<OpenMap> handles = Stream.concat(maps.values().stream(), globals.sections().stream())
                .toList();
        handles.forEach(handle -> handle.keepReachable(backend));
        List<HandleLeakWatch> leaks = handles.stream().map(OpenMap::leak).toList();
        HandleLeakWatch watching = new LeakedObject(schema.header(), leaks, remains);
        watching.watch(backend);
        return watching;
    }

    /** Returns what is behind a binding. */
    public static LoadedState of(ObjectBinding binding) {
        return (LoadedState) binding;
    }

    /** Creates an instance of a generated class. If that fails, closes this object. */
    public <T> T bound(Function<ObjectBinding, T> constructor) {
        try (Undo undo = new Undo(this::close)) {
            return undo.commit(constructor.apply(this));
        }
    }

    @Override
    public BoundMap map(String name) {
        return new BoundMap(name, this, () -> records);
    }

    /** The state of the object in the kernel or in memory. */
    public ObjectBackend backend() {
        return backend;
    }

    /** The object's maps and types. */
    public Schema schema() {
        return schema;
    }

    /**
     * Returns the handle to the map with this name.
     *
     * @throws BpfException if there is none
     */
    public OpenMap handle(String name) {
        OpenMap map = maps.get(name);
        if (map == null) {
            boolean isWithoutInners = schema.map(name)
                    .filter(outer -> outer.role() == MapRole.OUTER && outer.definition() == null)
                    .isPresent();
            throw BpfException.of(Reason.NOT_FOUND, "binding of map " + name)
                    .because(
                            isWithoutInners
                                    ? ErrorTable.message("OUTER_IS_NOT_CREATED", schema.header())
                                    : "object " + schema.header() + " has no such map; its maps are "
                                            + String.join(", ", maps.keySet()));
        }
        return map;
    }

    /** Whether the layout of this map's entries was compared with its record. */
    public boolean isLayoutCompared(String map) {
        return !uncompared.contains(map);
    }

    /** Takes all displaced maps in memory back from their owners: see {@link Nest#crash}. */
    public void crash() {
        nests.values().forEach(Nest::crash);
    }

    /** Returns the slots and inner maps of the outer map with this name; null if no outer map has it. */
    public @Nullable Nest nest(String name) {
        return nests.get(name);
    }

    /**
     * Opens a map by its id, which the caller owns. Null if it no longer exists.
     *
     * @throws BpfException if the kernel refuses: this requires CAP_SYS_ADMIN
     */
    public @Nullable OpenMap open(int id) {
        RawMap raw = backend.factory().open(id);
        return raw == null ? null : new OpenMap(raw.shape().name(), raw).watched();
    }

    /** The object's global variables. */
    public GlobalVariables globals() {
        return globals;
    }

    /** Lets pinned inner maps grow to the sizes of this load. */
    void growInners() {
        nests.values().forEach(Nest::growInners);
    }

    /** Lets the accessors of streams read how many events programs have lost. */
    void countLostEvents(Schema records) {
        for (MapDef map : records.maps()) {
            OpenMap counts = LostEventMap.in(records, map)
                    .map(found -> maps.get(found.name()))
                    .orElse(null);
            OpenMap stream = maps.get(map.name());
            if (counts != null && stream != null) {
                stream.countLostEvents(() -> CountMap.ofStream(counts));
                countedStreams.add(map.name());
            }
        }
    }

    /** Lets this object count the maps of other versions that wait beside pinned plain maps, which no drain passes. */
    void watchPlain(Map<String, WaitingGroups> groups) {
        plainGroups = Map.copyOf(groups);
    }

    /** The names of the pinned plain maps, beside which maps of other versions may wait. */
    public Set<String> pinnedPlainMaps() {
        return plainGroups.keySet();
    }

    /** Counts the maps of other versions that wait beside a pinned plain map. */
    public int keptPlainCount(String map) {
        return Objects.requireNonNull(plainGroups.get(map), map).countUnreadable();
    }

    /** The names of the streams whose lost events programs count. */
    public Set<String> countedStreams() {
        return Collections.unmodifiableSet(countedStreams);
    }

    /** Reads how many events programs could not write to such a stream. */
    public long lostEvents(String stream) {
        return Objects.requireNonNullElse(handle(stream).lostEvents(), 0L);
    }

    /**
     * Counts the links of a program that will never run it again.
     *
     * @throws BpfException if the object is closed
     */
    public long detachedLinks(String program) {
        return backend.detachedLinks(program::equals).size();
    }

    /**
     * Counts the attachments of this object with which a program runs.
     *
     * @throws BpfException if the object is closed
     */
    public int attachments(String program) {
        return backend.attachments(program);
    }

    /** Whether {@link #close} was called, or the object has failed. */
    public boolean isClosed() {
        return closed || failure.hasFailed();
    }

    /**
     * Invalidates all borrowed handles, waits for calls in progress, and closes everything. If closing one resource fails, closes the
     * others too. Later calls do nothing.
     */
    public void close() {
        closing.holding(() -> {
            if (!closed) {
                closed = true;
                if (leak != null) {
                    leak.stopWatching();
                }
                String reason = "object " + schema.header() + " was closed";
                Cleanup cleanup = new Cleanup();
                cleanup.run(() -> globals.revoke(cleanup, reason))
                        .each(maps.values(), map -> map.revoke(reason))
                        .each(nests.values(), nest -> nest.close(reason))
                        .run(backend::close)
                        .rethrow();
            }
        });
    }

    /** Whether programs may use a map by its name that libbpf has put into a slot. */
    boolean isUsedByName(String name) {
        boolean isForSlots = schema.map(name).filter(this::isForSlots).isPresent();
        return !isForSlots || !programsWith(handle(name).id()).isEmpty();
    }

    /** Whether only this object uses the map, as an inner map. A declared map with a size of its own is a plain map in BTF. */
    private boolean isForSlots(MapDef map) {
        return map.role() == MapRole.INSTANCE
                || (map.role() == MapRole.PLAIN
                        && !map.pinnedByName()
                        && schema.maps().stream()
                                .filter(outer -> outer.role() == MapRole.OUTER)
                                .flatMap(outer -> outer.slots().stream())
                                .anyMatch(slot -> slot.target().equals(map.name())));
    }

    private List<UntypedProgram> programsWith(int map) {
        return backend.programs().stream()
                .filter(program -> backend.mapIdsOf(program).contains(map))
                .toList();
    }

    /** Whether programs of this object may write to a map, or to the inner maps of an outer map, after a grace period. */
    boolean mayBeWrittenLater(String name) {
        Nest nest = nests.get(name);
        if (nest != null) {
            return nest.exactness().obstacle() != null;
        }
        OpenMap map = maps.get(name);
        ExactnessCheck exactness =
                new ExactnessCheck(schema, backend, maps, map == null ? List.of() : programsWith(map.id()));
        return !exactness.sleepable().isEmpty() || exactness.obstacle().isPresent();
    }

    private Nest nest(MapDef outer, OpenMap map, @Nullable NestPins pins) {
        MapDef definition = schema.innerOf(outer);
        MapShape inner = MapShape.of(definition);
        List<UntypedProgram> users = programsWith(map.id());
        InnerMapUseCheck use = new InnerMapUseCheck(
                schema.header(), outer.name(), definition, type -> backend.mayUseAlone(outer.name(), inner, type));
        users.forEach(use::check);
        ExactnessCheck exactness = new ExactnessCheck(schema, backend, maps, users);
        OpenMap numbers = UncountedMap.inObject(schema, outer)
                .map(found -> maps.get(found.name()))
                .orElse(null);
        UncountedTable uncounted = numbers == null ? null : new UncountedTable(numbers);
        KeyRequestTable requests = requests(outer.name(), uncounted);
        Nest nest = new Nest(map, inner, backend.inners(outer.name()), exactness.sleepable(), pins, requests);
        if (!backend.inMemory()) {
            nest.compareOpenFiles();
        }
        // Programs that find inner maps, and use no helper that counts, leave the numbers at 0. Those that request
        // inner maps have the numbers too, even if they add with a helper that can't know the outer map.
        nest.countUncounted(
                uncounted,
                numbers != null
                        && (users.isEmpty() || !programsWith(numbers.id()).isEmpty()),
                numbers != null
                        && (backend.inMemory()
                                || (requests == null
                                        && !users.isEmpty()
                                        && Set.copyOf(programsWith(numbers.id()))
                                                .containsAll(users))),
                backend.inMemory() || (!backend.mayDeleteFromInnerMaps() && exactness.interruptsNoChange()));
        if (nest.exactness().obstacle() == null) {
            if (pins == null && pinnedByName.contains(outer.name())) {
                nest.othersMayChangeSlots(
                        "the object pins the outer map by its name, so Nestmap does not know who else changes its slots, and two processes "
                                + "could displace the same inner map; declare a pin in its record");
            } else {
                exactness.obstacle().ifPresent(nest.exactness()::never);
            }
        }
        if (exactness.mayRecycle()) {
            nest.spares().enable();
        }
        return nest;
    }

    /**
     * Finds the request maps by their names, as BTF does not mark them. A caller that serves requests has compared the object with the
     * records before.
     */
    private @Nullable KeyRequestTable requests(String outer, @Nullable UncountedTable lost) {
        Nest tables = nests.get(outer + KeyRequestMaps.REQUESTS_SUFFIX);
        return tables == null || lost == null || !isForTables(outer + KeyRequestMaps.REQUESTS_SUFFIX)
                ? null
                : new KeyRequestTable(tables, lost);
    }

    /** Whether the outer map with this name holds the table in which programs record missing keys of another outer map. */
    private boolean isForTables(String name) {
        OpenMap tables = maps.get(name);
        if (tables == null || !name.endsWith(KeyRequestMaps.REQUESTS_SUFFIX)) {
            return false;
        }
        String outer = name.substring(0, name.length() - KeyRequestMaps.REQUESTS_SUFFIX.length());
        return tables.shape().kind() == MapKind.ARRAY_OF_MAPS
                && tables.shape().maxEntries() == 1
                && maps.containsKey(outer)
                && maps.containsKey(outer + UncountedMap.SUFFIX);
    }

    /**
     * Creates the tables in which programs record missing keys. Called before programs run, which otherwise count these misses as lost.
     *
     * @throws BpfException if a table can't be created
     */
    void createRequestTables() {
        nests.values().forEach(Nest::createRequestTable);
    }
}
