/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import dev.nestmap.runtime.internal.outer.RequestTable;
import dev.nestmap.runtime.internal.outer.StandaloneMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Creates, opens and pins maps of one schema. Rejects pinned maps that differ from the schema. */
public final class PinnedMaps {
    private final Schema records;
    private final Schema schema;
    private final MapFactory factory;
    private final Pins pins;
    private final InnerMapSamples samples;
    private final RequestTablePins requestPins;

    /**
     * Stores the parameters, and makes no system calls.
     *
     * @param records the schema of the records
     * @param schema the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     */
    public PinnedMaps(Schema records, Schema schema, MapFactory factory, Pins pins) {
        this.records = records;
        this.schema = schema;
        this.factory = factory;
        this.pins = pins;
        this.samples = new InnerMapSamples(factory, pins);
        this.requestPins = new RequestTablePins(this, pins);
    }

    /** The schema with the sizes that are set at load. */
    public Schema schema() {
        return schema;
    }

    /** The schema of the records, without the sizes that are set at load. */
    public Schema recordSchema() {
        return records;
    }

    /** Finds samples of the inner maps that a pinned outer map holds. */
    public InnerMapSamples samples() {
        return samples;
    }

    /** The pins in BPF file systems. */
    public Pins pins() {
        return pins;
    }

    /** Creates maps and opens them by id. */
    public MapFactory factory() {
        return factory;
    }

    /** Returns the same for a schema that completes that of the records. */
    public PinnedMaps completed(Schema complete) {
        return new PinnedMaps(records, complete, factory, pins);
    }

    /** Returns the same for the maps of another schema. */
    public PinnedMaps of(Schema other) {
        return new PinnedMaps(other, other, factory, pins);
    }

    /** Returns the same for the records' schema, without the sizes that are set at load. */
    PinnedMaps asRecorded() {
        return of(records);
    }

    /**
     * Opens a pinned map, which the caller closes. If another map is pinned in its place meanwhile, opens that one.
     *
     * @throws BpfException if nothing is pinned there, or the pinned map differs from its definition
     */
    public StandaloneMap open(MapDef map, PinPaths paths, boolean pinsInners) {
        StandaloneMap opened = null;
        while (opened == null) {
            opened = openUnlessReplaced(map, paths, pinsInners);
        }
        return opened;
    }

    /** Returns null if another map was pinned in place of the map before it was completely opened. */
    private @Nullable StandaloneMap openUnlessReplaced(MapDef map, PinPaths paths, boolean pinsInners) {
        RawMap raw = find(map, paths.outer(), paths.access());
        if (raw == null) {
            throw new BpfException(
                    "opening of the pin " + paths.outer(),
                    "nothing is pinned there; check the path, or pin a map with @OuterMap(pin = ...) or newMap(pin)");
        }
        boolean complete = false;
        try {
            PinnedMaps sized = sizedLike(map, raw, paths);
            OuterMapPins outerPins = outerPins(map, paths, pinsInners);
            if (!isPinned(raw, paths.outer())) {
                return null;
            }
            StandaloneMap opened = sized.opened(like(map, raw), raw, outerPins, requestPins.open(map, paths));
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                raw.close();
            }
        }
    }

    /** Whether this map is pinned at a path now. A migration pins another one. */
    public boolean isPinned(RawMap map, Path path) {
        RawMap pinned = pins.open(path, PinAccess.READ_ONLY);
        if (pinned == null) {
            return false;
        }
        int id = pinned.id();
        pinned.close();
        return id == map.id();
    }

    /**
     * Creates an outer map, which the caller closes.
     *
     * @param path where it is pinned; if null, it is not pinned and ends with its handle
     */
    public StandaloneMap create(MapDef map, @Nullable Path path, PinOptions options, boolean pinsInners) {
        PinPaths paths = path == null ? null : new PinPaths(path, options, PinAccess.READ_WRITE);
        OuterMapPins outerPins = paths == null ? null : outerPins(map, paths, pinsInners);
        RawMap prototype = prototype(map);
        RawMap outer;
        RequestTable requests = null;
        try {
            outer = factory.create(MapShape.of(map), prototype);
            try {
                if (paths != null) {
                    requests = pinWithRequests(map, outer, prototype, paths);
                }
            } catch (Throwable e) { // even after an Error, nobody else would close the map
                outer.close();
                throw e;
            }
        } finally {
            prototype.close();
        }
        return opened(map, outer, outerPins, requests);
    }

    private @Nullable RequestTable pinWithRequests(MapDef map, RawMap outer, RawMap prototype, PinPaths paths) {
        pinOuter(outer, prototype, paths);
        try {
            return requestPins.openOrCreate(map, paths);
        } catch (Throwable e) { // even after an Error, the pins of a failed creation must not stay
            new Cleanup(e).run(() -> unpin(paths));
            throw e;
        }
    }

    /**
     * Opens the map that is pinned at a path, which the caller closes. Returns null if nothing is pinned there.
     *
     * @throws BpfException if the pinned map differs from its definition
     */
    public @Nullable RawMap find(MapDef map, Path path, PinAccess access) {
        for (RawMap raw = pins.open(path, access); raw != null; raw = pins.open(path, access)) {
            boolean accepted = false;
            try {
                List<String> differences = differences(map, raw, new PinPaths(path, PinOptions.asDeclared(), access));
                // If another map was pinned in its place meanwhile, the prototype may be that map's.
                boolean comparable = isPinned(raw, path);
                if (comparable && !differences.isEmpty()) {
                    throw new PinMismatch(this, map, raw, path).exception(differences);
                }
                accepted = comparable;
            } finally {
                if (!accepted) {
                    raw.close();
                }
            }
            if (accepted) {
                return raw;
            }
        }
        return null;
    }

    /** Pins a map; an outer map with a prototype beside it. */
    public void pin(MapDef map, RawMap raw, PinPaths paths) {
        if (map.role() != MapRole.OUTER) {
            pins.pin(raw, paths.outer(), paths.options());
            return;
        }
        RawMap prototype = prototype(map);
        try {
            pinOuter(raw, prototype, paths);
        } finally {
            prototype.close();
        }
    }

    /** Pins the prototype before the outer map, so that a pinned outer map always has its prototype. */
    private void pinOuter(RawMap outer, RawMap prototype, PinPaths paths) {
        RawMap pinned = pins.open(paths.outer(), PinAccess.READ_ONLY);
        if (pinned != null) {
            pinned.close();
            pins.pin(outer, paths.outer(), paths.options()); // fails, and leaves the prototype as it is
            return;
        }
        removeOldPrototype(paths);
        pins.pin(prototype, paths.prototype(), paths.options());
        try {
            pins.pin(outer, paths.outer(), paths.options());
        } catch (Throwable e) { // even after an Error, the prototype must not stay alone
            new Cleanup(e).run(() -> pins.remove(paths.prototype()));
            throw e;
        }
    }

    /** Removes the prototype of an outer map that was removed or never pinned. Throws if something else is pinned there. */
    private void removeOldPrototype(PinPaths paths) {
        RawMap old = pins.open(paths.prototype(), PinAccess.READ_ONLY);
        if (old == null) {
            return;
        }
        String name = old.shape().name();
        old.close();
        if (!LayoutFingerprint.isOne(name)) {
            throw new BpfException(
                    "pinning of an outer map at " + paths.outer(),
                    "Nestmap needs the path " + paths.prototype() + " for a prototype of the inner maps, but the map "
                            + name + " is pinned there, which Nestmap did not create; pin one of the two elsewhere");
        }
        pins.remove(paths.prototype());
    }

    /**
     * Creates the prototype of an outer map: the inner map that shows the kernel which inner maps the outer map accepts. The caller closes
     * it. It has the size of the inner maps only if that size is set at load, because then no other pin records the size.
     */
    public RawMap prototype(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        MapShape shape = MapShape.of(inner);
        boolean hasSize = records.innerOf(outer).isSizedAtLoad() && !shape.isSizeOpen();
        MapShape prototype = hasSize ? shape : InnerMapSamples.shrunk(shape).requireSize();
        return factory.of(inner).create(prototype.withName(LayoutFingerprint.of(schema, outer)), null);
    }

    /** Creates a map like the inner maps, which the kernel compares with them and does not keep; the caller closes it. */
    public RawMap template(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        return factory.of(inner)
                .create(InnerMapSamples.shrunk(MapShape.of(inner)).requireSize(), null);
    }

    /** Undoes {@link #pin}. */
    public void unpin(PinPaths paths) {
        pins.remove(paths.outer());
        pins.remove(paths.prototype());
    }

    /** Returns the pins beside the pin of an outer map; null for another map. */
    public @Nullable OuterMapPins outerPins(MapDef map, PinPaths paths, boolean pinsInners) {
        if (map.role() != MapRole.OUTER || map.key() == null) {
            return null;
        }
        return new OuterMapPins(pins, paths, map.key(), pinsInners);
    }

    private StandaloneMap opened(
            MapDef map, RawMap raw, @Nullable OuterMapPins outerPins, @Nullable RequestTable requests) {
        LeasedMap handle = new LeasedMap(map.name(), raw).watched();
        if (map.role() != MapRole.OUTER) {
            return new StandaloneMap(handle, null);
        }
        MapDef inner = schema.innerOf(map);
        OuterMapState state =
                new OuterMapState(handle, MapShape.of(inner), factory.of(inner), List.of(), outerPins, requests);
        return new StandaloneMap(handle, state);
    }

    /** Returns the definition with the size of the pinned map, if the records leave the size to load time. */
    public static MapDef sizedLike(MapDef map, RawMap pinned) {
        return map.isSizedAtLoad() ? map.withMaxEntries(pinned.shape().maxEntries()) : map;
    }

    /** Returns the definition with what the records leave out: the size, and for somebody else's object the flags. */
    private MapDef like(MapDef map, RawMap pinned) {
        return schema.isForeign() ? map.completedFrom(definition(map, pinned.shape())) : sizedLike(map, pinned);
    }

    private static MapDef definition(MapDef map, MapShape shape) {
        return new MapDef(
                map.name(),
                map.role(),
                shape.kind(),
                shape.maxEntries(),
                shape.flags(),
                shape.extra(),
                0,
                null,
                null,
                null);
    }

    /** Returns this object with the attributes of the inner maps that a pinned outer map holds, if there is a sample of them. */
    private PinnedMaps likeSample(MapDef inner, RawMap pinned, PinPaths paths) {
        RawMap sample = samples.find(pinned, paths);
        if (sample == null) {
            return this;
        }
        MapDef found = definition(inner, sample.shape());
        sample.close();
        OptionalLong size = samples.size(pinned, paths);
        List<MapDef> maps = schema.maps().stream()
                .map(map -> map.name().equals(inner.name())
                        ? map.completedFrom(size.isPresent() ? found.withMaxEntries(size.getAsLong()) : found)
                        : map)
                .toList();
        return completed(schema.withMaps(maps));
    }

    /**
     * Returns this object with the size of the inner maps that a pinned outer map holds, if the records leave the size to load time and
     * the pins have it.
     */
    public PinnedMaps sizedLike(MapDef outer, RawMap pinned, PinPaths paths) {
        MapDef inner = outer.role() == MapRole.OUTER ? schema.innerOf(outer) : null;
        if (inner != null && schema.isForeign()) {
            return likeSample(inner, pinned, paths);
        }
        if (inner == null || !inner.isSizedAtLoad()) {
            return this;
        }
        String name = inner.name();
        OptionalLong size = samples.size(pinned, paths);
        Schema sized = schema.withSizes(map -> map.name().equals(name) ? size : OptionalLong.empty());
        return new PinnedMaps(records, sized, factory, pins);
    }

    /** Returns how a pinned map differs from its definition, as far as the kernel reports its attributes. */
    public List<String> differences(MapDef map, RawMap pinned, PinPaths paths) {
        PinnedMaps sized = sizedLike(map, pinned, paths);
        return new PinComparison(sized.schema, samples).differences(like(map, pinned), pinned, paths);
    }
}
