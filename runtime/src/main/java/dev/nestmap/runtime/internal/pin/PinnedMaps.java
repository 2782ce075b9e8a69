/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.outer.OpenedMap;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import dev.nestmap.runtime.internal.outer.RequestTable;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes and finds pinned maps of one schema, and makes sure that they are what it declares. */
public final class PinnedMaps {
    private final Schema records;
    private final Schema schema;
    private final MapFactory factory;
    private final Pins pins;
    private final InnerMapSamples samples;

    /** Of a schema whose sizes are those of the records: what these leave open is as large as what is pinned. */
    public PinnedMaps(Schema records, MapFactory factory, Pins pins) {
        this(records, records, factory, pins);
    }

    /**
     * Of a schema with sizes that were said at load.
     *
     * @param records the same schema without these sizes
     */
    public PinnedMaps(Schema records, Schema schema, MapFactory factory, Pins pins) {
        this.records = records;
        this.schema = schema;
        this.factory = factory;
        this.pins = pins;
        this.samples = new InnerMapSamples(factory, pins);
    }

    /** What tells of the maps that outer maps hold. */
    public InnerMapSamples samples() {
        return samples;
    }

    /** Makes and finds maps that are not pinned. */
    public MapFactory factory() {
        return factory;
    }

    /** A map that is pinned, to be closed by the caller. */
    public OpenedMap open(MapDef map, Path path, PinAccess access, boolean pinsInners) {
        RawMap raw = find(map, path, access);
        if (raw == null) {
            throw new BpfException(
                    "opening of the pin " + path,
                    "nothing is pinned there; look at the path, or pin a map: by @OuterMap(pin = ...) or by create()");
        }
        PinPaths place = new PinPaths(path, PinOptions.asDeclared(), access);
        try {
            PinnedMaps sized = sizedLike(map, raw, place);
            return sized.opened(sizedLike(map, raw), raw, outerPins(map, place, pinsInners), openRequests(map, place));
        } catch (Throwable e) {
            raw.close();
            throw e;
        }
    }

    /**
     * A new outer map, to be closed by the caller.
     *
     * @param path where it is pinned; null leaves it to the handle
     */
    public OpenedMap create(MapDef map, @Nullable Path path, PinOptions options, boolean pinsInners) {
        PinPaths place = path == null ? null : new PinPaths(path, options, PinAccess.READ_WRITE);
        RawMap prototype = prototype(map);
        RawMap outer;
        RequestTable requests = null;
        try {
            outer = factory.create(MapShape.of(map), prototype);
            try {
                if (place != null) {
                    pin(outer, prototype, place);
                    requests = createRequests(map, place);
                }
            } catch (Throwable e) {
                outer.close();
                throw e;
            }
        } finally {
            prototype.close();
        }
        return opened(map, outer, place == null ? null : outerPins(map, place, pinsInners), requests);
    }

    /** Where programs note what they miss in a new outer map, as those before it have left it. */
    private @Nullable RequestTable createRequests(MapDef outer, PinPaths place) {
        return RequestMaps.in(schema, outer)
                .map(requests -> table(
                        requests,
                        findOrPin(requests.noted(), place.requests(), place),
                        map -> findOrPin(map, place.unnoted(), place)))
                .orElse(null);
    }

    private RawMap findOrPin(MapDef map, Path path, PinPaths outer) {
        RawMap there = find(map, path, PinAccess.READ_WRITE);
        if (there != null) {
            return there;
        }
        RawMap made = factory.create(MapShape.of(map), null);
        try {
            pins.pin(made, path, outer.options());
            return made;
        } catch (Throwable e) {
            made.close();
            throw e;
        }
    }

    private @Nullable RequestTable openRequests(MapDef outer, PinPaths place) {
        RequestMaps requests = RequestMaps.in(schema, outer).orElse(null);
        if (requests == null || place.access() == PinAccess.READ_ONLY) {
            return null;
        }
        RawMap noted = find(requests.noted(), place.requests(), PinAccess.READ_WRITE);
        return noted == null ? null : table(requests, noted, map -> find(map, place.unnoted(), PinAccess.READ_WRITE));
    }

    /** Of two maps that are the table's own from then on; null when the second is not there. */
    private static @Nullable RequestTable table(
            RequestMaps requests, RawMap noted, Function<MapDef, @Nullable RawMap> second) {
        try {
            RawMap unnoted = second.apply(requests.unnoted());
            if (unnoted != null) {
                return new RequestTable(
                        new LeasedMap(requests.noted().name(), noted),
                        new LeasedMap(requests.unnoted().name(), unnoted));
            }
        } catch (Throwable e) {
            noted.close();
            throw e;
        }
        noted.close();
        return null;
    }

    /** The map that is pinned there, if there is one, as raw map of its own. */
    public @Nullable RawMap find(MapDef map, Path path, PinAccess access) {
        RawMap raw = pins.open(path, access);
        if (raw == null) {
            return null;
        }
        try {
            List<String> differences = differences(map, raw, new PinPaths(path, PinOptions.asDeclared(), access));
            if (!differences.isEmpty()) {
                throw new BpfException(
                        "opening of the pin " + path + " as map " + map.name(), explain(map, raw, path, differences));
            }
            return raw;
        } catch (Throwable e) {
            raw.close();
            throw e;
        }
    }

    /** Pins a map; an outer map with a prototype beside it, this one first: where the outer map is, there is the other. */
    public void pin(MapDef map, RawMap raw, PinPaths place) {
        if (map.role() != MapRole.OUTER) {
            pins.pin(raw, place.outer(), place.options());
            return;
        }
        RawMap prototype = prototype(map);
        try {
            pin(raw, prototype, place);
        } finally {
            prototype.close();
        }
    }

    private void pin(RawMap outer, RawMap prototype, PinPaths place) {
        RawMap there = pins.open(place.outer(), PinAccess.READ_ONLY);
        if (there == null) {
            pins.remove(place.prototype()); // of an outer map that was removed, or never came
            pins.pin(prototype, place.prototype(), place.options());
        } else {
            there.close(); // so that it is refused
        }
        pins.pin(outer, place.outer(), place.options());
    }

    /** A map that an outer map is created with. Of maps that are sized at load it has the size, as nothing else that is pinned. */
    public RawMap prototype(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        MapShape shape = MapShape.of(inner);
        boolean tellsSize = records.innerOf(outer).isSizedAtLoad() && !shape.isSizeOpen();
        MapShape made = tellsSize ? shape : InnerMapSamples.shrunk(shape).requireSize();
        return factory.of(inner).create(made.named(LayoutFingerprint.of(schema, outer)), null);
    }

    /** Takes back what {@link #pin} did. */
    public void unpin(PinPaths place) {
        pins.remove(place.outer());
        pins.remove(place.prototype());
    }

    /** The pins beside the pin of an outer map; null for another map. */
    public @Nullable OuterMapPins outerPins(MapDef map, PinPaths place, boolean pinsInners) {
        if (map.role() != MapRole.OUTER || map.key() == null) {
            return null;
        }
        return new OuterMapPins(pins, place, map.key(), pinsInners);
    }

    private OpenedMap opened(MapDef map, RawMap raw, @Nullable OuterMapPins beside, @Nullable RequestTable requests) {
        LeasedMap leased = new LeasedMap(map.name(), raw).watched();
        if (map.role() != MapRole.OUTER) {
            return new OpenedMap(leased, null);
        }
        MapDef definition = schema.innerOf(map);
        OuterMapState state =
                new OuterMapState(leased, MapShape.of(definition), factory.of(definition), List.of(), beside, requests);
        return new OpenedMap(leased, state);
    }

    /** A map whose size the records leave to the load is as large as what is pinned. */
    public static MapDef sizedLike(MapDef map, RawMap raw) {
        return map.isSizedAtLoad() ? map.sized(raw.shape().maxEntries()) : map;
    }

    /** The same with the size of the inner maps that an outer map holds, if the records leave it to the load and the pins tell. */
    public PinnedMaps sizedLike(MapDef outer, RawMap raw, PinPaths place) {
        MapDef inner = outer.role() == MapRole.OUTER ? schema.innerOf(outer) : null;
        if (inner == null || !inner.isSizedAtLoad()) {
            return this;
        }
        String name = inner.name();
        OptionalLong size = samples.size(raw, place);
        Schema sized = schema.sized(map -> map.name().equals(name) ? size : OptionalLong.empty());
        return new PinnedMaps(records, sized, factory, pins);
    }

    public Schema schema() {
        return schema;
    }

    /** In what a pinned map differs from what is declared, as far as the kernel tells. */
    public List<String> differences(MapDef map, RawMap raw, PinPaths place) {
        PinnedMaps sized = sizedLike(map, raw, place);
        return new PinComparison(sized.schema, samples).differences(sizedLike(map, raw), raw, place);
    }

    private String explain(MapDef map, RawMap raw, Path path, List<String> differences) {
        String declarer = schema.origin().isEmpty() ? "declared" : "what " + schema.origin() + " declares";
        return "it is not " + declarer + ": it has " + String.join("; ", differences)
                + ". A pin keeps the map of an earlier version: " + remedy(map, raw, path)
                + "if its content may go, remove it ("
                + (map.role() == MapRole.OUTER ? PinPaths.removal(path) : "rm " + path)
                + "); otherwise pin elsewhere (PinOptions.in), or go back to the records of then";
    }

    private String remedy(MapDef map, RawMap raw, Path path) {
        boolean migratable = isMigratable(map, raw, path);
        if (isAsRecorded(map, raw, path)) {
            return "say what is pinned, in load(new Sizes()...)"
                    + (migratable ? ", or these sizes in migrate; " : "; ");
        }
        return migratable
                ? "carry its content over (migrate of the map's class, with Migration.from the schema text of then"
                        + " or Migration.fromBtf); "
                : "";
    }

    /** Whether types, and the keys of an outer map, are not in the way. */
    private boolean isMigratable(MapDef map, RawMap raw, Path path) {
        MapKind after = schema.contentOf(map).kind();
        MapShape actual = raw.shape();
        if (map.role() != MapRole.OUTER) {
            return actual.kind().isMigratableTo(after);
        }
        MapShape declared = MapShape.of(map);
        return actual.kind() == declared.kind()
                && actual.keySize() == declared.keySize()
                && samples.kind(raw, new PinPaths(path, PinOptions.asDeclared(), PinAccess.READ_ONLY))
                        .filter(before -> before.isMigratableTo(after))
                        .isPresent();
    }

    /** Whether only sizes differ that the load said: the records are the same, so that there is nothing to migrate. */
    private boolean isAsRecorded(MapDef map, RawMap raw, Path path) {
        PinPaths place = new PinPaths(path, PinOptions.asDeclared(), PinAccess.READ_ONLY);
        return records.map(map.name())
                .map(recorded -> new PinnedMaps(records, factory, pins).differences(recorded, raw, place))
                .filter(List::isEmpty)
                .isPresent();
    }
}
