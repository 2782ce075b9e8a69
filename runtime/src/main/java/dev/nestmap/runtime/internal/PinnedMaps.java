/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.runtime.PinOptions;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.EntryLayout;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Requests;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes and finds pinned maps of one schema, and makes sure that they are what it declares. */
final class PinnedMaps {
    /** Where a prototype may be smaller than the maps that it stands for, and a smaller one takes less memory. */
    private static final Set<MapKind> SHRINKING = EnumSet.of(MapKind.HASH, MapKind.PERCPU_HASH);

    /** The size of a prototype that is smaller: it tells nothing of those that it stands for. */
    private static final int SHRUNK = 1;

    private static final String MAX_ENTRIES = "max_entries";

    private final Schema schema;
    private final Set<String> sizedAtLoad;
    private final MapFactory factory;
    private final Pins pins;

    /** Of a schema whose sizes are those of the records: what these leave open is as large as what is pinned. */
    PinnedMaps(Schema schema, MapFactory factory, Pins pins) {
        this(schema, Set.of(), factory, pins);
    }

    /** @param sizedAtLoad names of maps whose size in the schema is not said by the records */
    PinnedMaps(Schema schema, Set<String> sizedAtLoad, MapFactory factory, Pins pins) {
        this.schema = schema;
        this.sizedAtLoad = Set.copyOf(sizedAtLoad);
        this.factory = factory;
        this.pins = pins;
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
                        "opening of the pin " + path + " as map " + map.name(), explain(map, path, differences));
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
        boolean shrinks =
                SHRINKING.contains(shape.kind()) && (shape.isSizeOpen() || !sizedAtLoad.contains(inner.name()));
        MapShape made = shrinks ? shape.sized(SHRUNK) : shape.requireSize();
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
        OptionalLong size = innerSize(raw, place);
        Schema sized = schema.sized(map -> map.name().equals(name) ? size : OptionalLong.empty());
        Set<String> atLoad = new HashSet<>(sizedAtLoad);
        atLoad.add(name);
        return new PinnedMaps(sized, atLoad, factory, pins);
    }

    /** Empty where the prototype does not tell, and the outer map holds none that this process may open. */
    private OptionalLong innerSize(RawMap outer, PinPlace place) {
        RawMap prototype = pins.open(place.prototype(), PinAccess.READ_ONLY);
        MapShape told = prototype == null ? null : shapeOf(prototype);
        boolean tells = told != null
                && !told.name().equals(Fingerprint.NONE)
                && !(SHRINKING.contains(told.kind()) && told.maxEntries() == SHRUNK);
        if (!tells) {
            RawMap held = held(outer);
            told = held == null ? null : shapeOf(held);
        }
        return told == null ? OptionalLong.empty() : OptionalLong.of(told.maxEntries());
    }

    private static MapShape shapeOf(RawMap raw) {
        try {
            return raw.shape();
        } finally {
            raw.close();
        }
    }

    Schema schema() {
        return schema;
    }

    /** In what a pinned map differs from what is declared, as far as the kernel tells. */
    List<String> differences(MapDef map, RawMap raw, PinPlace place) {
        return sizedLike(map, raw, place).differencesOf(sizedLike(map, raw), raw, place);
    }

    private List<String> differencesOf(MapDef map, RawMap raw, PinPlace place) {
        List<String> differences = differences(map, raw.shape());
        if (map.role() == MapRole.OUTER) {
            innerDifference(map, raw, place).ifPresent(differences::add);
        } else if (differences.isEmpty()) {
            layoutDifference(map, raw).ifPresent(differences::add);
        }
        return differences;
    }

    /** Compares the layout of the entries with the types that the kernel was told when the map was made. */
    private static Optional<String> layoutDifference(MapDef map, RawMap raw) {
        EntryTypes types = map.value() == null ? null : typesIfAllowed(raw);
        List<String> changes = types == null ? List.of() : EntryLayout.changes(map, types.key(), types.value());
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of("entries of another layout, from which " + String.join(", ", changes)
                        + " led to what is declared");
    }

    /** Null where the kernel was not told, or does not tell this process. */
    private static @Nullable EntryTypes typesIfAllowed(RawMap raw) {
        try {
            return raw.types();
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return null; // it takes CAP_SYS_ADMIN; then this is not verified
            }
            throw e;
        }
    }

    private static List<String> differences(MapDef map, MapShape actual) {
        MapShape declared = MapShape.of(map);
        List<String> differences = new ArrayList<>();
        ShapeComparison.difference(declared, actual).ifPresent(differences::add);
        boolean lengthSaid = differences.stream().anyMatch(difference -> difference.contains(MAX_ENTRIES));
        if (map.role() != MapRole.INNER && !lengthSaid && declared.maxEntries() != actual.maxEntries()) {
            differences.add(MAX_ENTRIES + " " + actual.maxEntries() + " instead of " + declared.maxEntries());
        }
        return differences;
    }

    /** Compares what the outer map holds: its prototype, if that is pinned, or one of its inner maps. */
    private Optional<String> innerDifference(MapDef outer, RawMap raw, PinPlace place) {
        RawMap specimen = specimen(raw, place);
        if (specimen == null) {
            return Optional.empty(); // nothing tells: the outer map is empty, and its prototype not pinned
        }
        try {
            MapDef inner = schema.innerOf(outer);
            Optional<String> difference = ShapeComparison.difference(MapShape.of(inner), specimen.shape());
            String name = specimen.shape().name();
            if (name.equals(Fingerprint.NONE)) {
                return Optional.of("a migration that was interrupted: migrate it again, which completes it");
            }
            if (difference.isEmpty() && !Fingerprint.of(schema, outer).equals(name)) {
                difference = layoutDifference(inner, specimen);
            }
            if (difference.isEmpty()
                    && Fingerprint.isOne(name)
                    && !Fingerprint.of(schema, outer).equals(name)) {
                difference =
                        Optional.of("keys or values of another layout, or of other types or names, in the same sizes");
            }
            return difference.map(what -> differFrom(inner) + what);
        } finally {
            specimen.close();
        }
    }

    /** A map like those that it holds, to be closed by the caller; null when there is none, or this process may not open it. */
    @Nullable
    RawMap specimen(RawMap raw, PinPlace place) {
        RawMap prototype = pins.open(place.prototype(), PinAccess.READ_ONLY);
        if (prototype != null) {
            return prototype;
        }
        return held(raw);
    }

    private @Nullable RawMap held(RawMap raw) {
        for (BatchScan scan = new BatchScan(raw); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                RawMap inner = open(scan.batch().values().bytes().getInt(i * Integer.BYTES));
                if (inner != null) {
                    return inner;
                }
            }
        }
        return null;
    }

    private @Nullable RawMap open(int id) {
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return null; // it takes CAP_SYS_ADMIN; then this is not verified
            }
            throw e;
        }
    }

    private String explain(MapDef map, Path path, List<String> differences) {
        String declarer = schema.origin().isEmpty() ? "declared" : "what " + schema.origin() + " declares";
        return "it is not " + declarer + ": it has " + String.join("; ", differences)
                + ". A pin keeps the map of an earlier version: " + remedy(map, differences)
                + "if its content may go, remove it ("
                + (map.role() == MapRole.OUTER ? PinPlace.removal(path) : "rm " + path)
                + "); otherwise pin elsewhere (PinOptions.in), or go back to the records of then";
    }

    private String remedy(MapDef map, List<String> differences) {
        MapDef content = map.role() == MapRole.OUTER ? schema.innerOf(map) : map;
        if (differences.stream().allMatch(difference -> isOfLoad(map, content, difference))) {
            return "load with Sizes that say what is pinned; ";
        }
        return content.kind().isCopyable()
                ? "carry its content over (migrate of the map's class, with Migration.from the schema text of then"
                        + " or Migration.fromBtf); "
                : "";
    }

    /** Whether it differs in a size that the load said: the records are the same, so that there is nothing to migrate. */
    private boolean isOfLoad(MapDef map, MapDef content, String difference) {
        String ofInner = differFrom(content) + MAX_ENTRIES;
        return (sizedAtLoad.contains(map.name()) && difference.startsWith(MAX_ENTRIES))
                || (sizedAtLoad.contains(content.name()) && difference.startsWith(ofInner));
    }

    private static String differFrom(MapDef inner) {
        return "inner maps that differ from " + inner.name() + ": ";
    }
}
