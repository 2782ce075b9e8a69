/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.runtime.PinOptions;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Requests;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes and finds pinned maps of one schema, and makes sure that they are what it declares. */
final class PinnedMaps {
    private final Schema records;
    private final Schema schema;
    private final MapFactory factory;
    private final Pins pins;
    private final Specimens specimens;

    /** Of a schema whose sizes are those of the records: what these leave open is as large as what is pinned. */
    PinnedMaps(Schema records, MapFactory factory, Pins pins) {
        this(records, records, factory, pins);
    }

    /**
     * Of a schema with sizes that were said at load.
     *
     * @param records the same schema without these sizes
     */
    PinnedMaps(Schema records, Schema schema, MapFactory factory, Pins pins) {
        this.records = records;
        this.schema = schema;
        this.factory = factory;
        this.pins = pins;
        this.specimens = new Specimens(factory, pins);
    }

    /** What tells of the maps that outer maps hold. */
    Specimens specimens() {
        return specimens;
    }

    /** Makes and finds maps that are not pinned. */
    MapFactory factory() {
        return factory;
    }

    /** A map that is pinned, to be closed by the caller. */
    MapHandle open(MapDef map, Path path, PinAccess access, boolean pinsInners) {
        RawMap raw = find(map, path, access);
        if (raw == null) {
            throw new BpfException(
                    "opening of the pin " + path,
                    "nothing is pinned there; look at the path, or pin a map: by @OuterMap(pin = ...) or by create()");
        }
        PinPlace place = new PinPlace(path, PinOptions.asDeclared(), access);
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
    MapHandle create(MapDef map, @Nullable Path path, PinOptions options, boolean pinsInners) {
        PinPlace place = path == null ? null : new PinPlace(path, options, PinAccess.READ_WRITE);
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
    private @Nullable RequestTable createRequests(MapDef outer, PinPlace place) {
        return Requests.in(schema, outer)
                .map(requests -> table(
                        requests,
                        findOrPin(requests.noted(), place.requests(), place),
                        map -> findOrPin(map, place.unnoted(), place)))
                .orElse(null);
    }

    private RawMap findOrPin(MapDef map, Path path, PinPlace outer) {
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

    private @Nullable RequestTable openRequests(MapDef outer, PinPlace place) {
        Requests requests = Requests.in(schema, outer).orElse(null);
        if (requests == null || place.access() == PinAccess.READ_ONLY) {
            return null;
        }
        RawMap noted = find(requests.noted(), place.requests(), PinAccess.READ_WRITE);
        return noted == null ? null : table(requests, noted, map -> find(map, place.unnoted(), PinAccess.READ_WRITE));
    }

    /** Of two maps that are the table's own from then on; null when the second is not there. */
    private static @Nullable RequestTable table(
            Requests requests, RawMap noted, Function<MapDef, @Nullable RawMap> second) {
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
    @Nullable
    RawMap find(MapDef map, Path path, PinAccess access) {
        RawMap raw = pins.open(path, access);
        if (raw == null) {
            return null;
        }
        try {
            List<String> differences = differences(map, raw, new PinPlace(path, PinOptions.asDeclared(), access));
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
    void pin(MapDef map, RawMap raw, PinPlace place) {
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

    private void pin(RawMap outer, RawMap prototype, PinPlace place) {
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
    RawMap prototype(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        MapShape shape = MapShape.of(inner);
        boolean tellsSize = records.innerOf(outer).isSizedAtLoad() && !shape.isSizeOpen();
        MapShape made = tellsSize ? shape : Specimens.shrunk(shape).requireSize();
        return factory.of(inner).create(made.named(Fingerprint.of(schema, outer)), null);
    }

    /** Takes back what {@link #pin} did. */
    void unpin(PinPlace place) {
        pins.remove(place.outer());
        pins.remove(place.prototype());
    }

    /** The pins beside the pin of an outer map; null for another map. */
    @Nullable
    OuterPins outerPins(MapDef map, PinPlace place, boolean pinsInners) {
        if (map.role() != MapRole.OUTER || map.key() == null) {
            return null;
        }
        return new OuterPins(pins, place, map.key(), pinsInners);
    }

    private MapHandle opened(MapDef map, RawMap raw, @Nullable OuterPins beside, @Nullable RequestTable requests) {
        LeasedMap leased = new LeasedMap(map.name(), raw).watched();
        if (map.role() != MapRole.OUTER) {
            return new MapHandle(leased, null);
        }
        MapDef definition = schema.innerOf(map);
        Nest nest = new Nest(leased, MapShape.of(definition), factory.of(definition), List.of(), beside, requests);
        return new MapHandle(leased, nest);
    }

    /** A map whose size the records leave to the load is as large as what is pinned. */
    static MapDef sizedLike(MapDef map, RawMap raw) {
        return map.isSizedAtLoad() ? map.sized(raw.shape().maxEntries()) : map;
    }

    /** The same with the size of the inner maps that an outer map holds, if the records leave it to the load and the pins tell. */
    PinnedMaps sizedLike(MapDef outer, RawMap raw, PinPlace place) {
        MapDef inner = outer.role() == MapRole.OUTER ? schema.innerOf(outer) : null;
        if (inner == null || !inner.isSizedAtLoad()) {
            return this;
        }
        String name = inner.name();
        OptionalLong size = specimens.size(raw, place);
        Schema sized = schema.sized(map -> map.name().equals(name) ? size : OptionalLong.empty());
        return new PinnedMaps(records, sized, factory, pins);
    }

    Schema schema() {
        return schema;
    }

    /** In what a pinned map differs from what is declared, as far as the kernel tells. */
    List<String> differences(MapDef map, RawMap raw, PinPlace place) {
        PinnedMaps sized = sizedLike(map, raw, place);
        return new PinComparison(sized.schema, specimens).differences(sizedLike(map, raw), raw, place);
    }

    private String explain(MapDef map, RawMap raw, Path path, List<String> differences) {
        String declarer = schema.origin().isEmpty() ? "declared" : "what " + schema.origin() + " declares";
        return "it is not " + declarer + ": it has " + String.join("; ", differences)
                + ". A pin keeps the map of an earlier version: " + remedy(map, raw, path)
                + "if its content may go, remove it ("
                + (map.role() == MapRole.OUTER ? PinPlace.removal(path) : "rm " + path)
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
            return EntryCopy.isPossible(actual.kind(), after);
        }
        MapShape declared = MapShape.of(map);
        return actual.kind() == declared.kind()
                && actual.keySize() == declared.keySize()
                && specimens
                        .kind(raw, new PinPlace(path, PinOptions.asDeclared(), PinAccess.READ_ONLY))
                        .filter(before -> EntryCopy.isPossible(before, after))
                        .isPresent();
    }

    /** Whether only sizes differ that the load said: the records are the same, so that there is nothing to migrate. */
    private boolean isAsRecorded(MapDef map, RawMap raw, Path path) {
        PinPlace place = new PinPlace(path, PinOptions.asDeclared(), PinAccess.READ_ONLY);
        return records.map(map.name())
                .map(recorded -> new PinnedMaps(records, factory, pins).differences(recorded, raw, place))
                .filter(List::isEmpty)
                .isPresent();
    }
}
