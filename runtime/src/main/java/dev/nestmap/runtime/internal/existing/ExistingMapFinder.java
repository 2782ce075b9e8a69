/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.ExistingMapCheck.Verdict;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the existing maps of one schema, and rejects maps that differ from it. Completes the schema from these maps: sizes that are set at
 * load and, for an existing object, all attributes that the records leave out.
 *
 * @param recordSchema the schema of the records, without the sizes that are set at load
 * @param schema the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned map
 * @param factory creates maps and opens them by id
 * @param pins the pins in BPF file systems
 */
public record ExistingMapFinder(Schema recordSchema, Schema schema, MapFactory factory, Pins pins) {
    /**
     * An existing map that matches its definition.
     *
     * @param map the map, which the receiver closes
     * @param text what the map says about itself; null if it says nothing
     * @param isLayoutCompared whether the layout of the entries was also compared
     * @param place where the pin is: see {@link Pins#place}; null if it was not opened by a pin
     */
    public record Found(
            RawMap map,
            @Nullable PinnedMapText text,
            boolean isLayoutCompared,
            @Nullable Object place) {}

    /** Ring buffers get the sizes that they have with the pages of this machine. */
    public ExistingMapFinder {
        recordSchema = factory.fit(recordSchema);
        schema = factory.fit(schema);
    }

    /** Finds samples of the inner maps that a pinned outer map holds. */
    public InnerMapSampleFinder samples() {
        return new InnerMapSampleFinder(factory);
    }

    /** Returns the same for a schema that completes that of the records. */
    public ExistingMapFinder completed(Schema complete) {
        return new ExistingMapFinder(recordSchema, complete, factory, pins);
    }

    /** Returns the same for pins that are read in one generation. */
    public ExistingMapFinder in(Pins view) {
        return new ExistingMapFinder(recordSchema, schema, factory, view);
    }

    /** Returns the same for the maps of another schema. */
    public ExistingMapFinder of(Schema other) {
        return new ExistingMapFinder(other, other, factory, pins);
    }

    /**
     * Opens the map that is pinned at a path. Returns null if nothing is pinned there.
     *
     * @throws BpfException if the pinned map differs from its definition
     */
    public @Nullable Found find(MapDef map, PinPaths paths) {
        return pins.reading(
                paths.outer(),
                view -> in(view).findIn(map, paths),
                found -> found.map().close());
    }

    private @Nullable Found findIn(MapDef map, PinPaths paths) {
        RawMap raw = PinFormat.open(pins, paths.outer(), paths.access());
        if (raw == null) {
            return null;
        }
        try (Undo undo = new Undo(raw::close)) {
            return undo.commit(accepted(map, raw, paths, paths.options()));
        }
    }

    /**
     * Compares the map with this id, and returns it.
     *
     * @param raw the map; null if there is no such map
     * @throws BpfException if there is no such map, or if it differs from its definition
     */
    Found found(MapDef map, int id, @Nullable RawMap raw, PinOptions options) {
        if (raw == null) {
            throw BpfException.of(
                            Reason.NOT_FOUND,
                            "opening of the map with id " + Integer.toUnsignedString(id) + " as map " + map.name())
                    .because("there is no map with this id; bpftool map and UntypedMap.ids() list those that exist");
        }
        try (Undo undo = new Undo(raw::close)) {
            return undo.commit(accepted(map, raw, null, options));
        }
    }

    private Found accepted(MapDef map, RawMap raw, @Nullable PinPaths paths, PinOptions options) {
        PinnedMapText text = text(map, raw, paths);
        Verdict verdict = check(map, raw, text);
        MismatchExplanation mismatch = new MismatchExplanation(this, map, raw, paths, text);
        if (!verdict.differences().isEmpty()) {
            throw mismatch.exception(verdict.differences());
        }
        if (verdict.lacksSample() && !options.acceptsUncomparedInnerMaps()) {
            throw mismatch.withoutSample();
        }
        return new Found(
                raw,
                text,
                isLayoutCompared(verdict, map, raw, paths),
                paths == null ? null : pins.place(paths.outer()));
    }

    /** Whether the layout of a map's entries was compared. Logs why not. */
    public static boolean isLayoutCompared(Verdict verdict, MapDef map, RawMap raw, @Nullable PinPaths paths) {
        if (map.role() == MapRole.UNCOUNTED) {
            return true; // Nestmap's own numbers, which no record declares
        }
        String gap = verdict.gap();
        if (gap != null) {
            String place = paths == null ? "map with id " + Integer.toUnsignedString(raw.id()) : "pin " + paths.outer();
            WarningLog.RUNTIME.warn(
                    map.name() + ": " + gap,
                    "opening of the " + place + " as map " + map.name() + ": "
                            + (map.role() == MapRole.OUTER ? "of its inner maps, " : "") + gap);
        }
        return gap == null;
    }

    /**
     * Compares an existing map with its definition, as far as the kernel reports its attributes.
     *
     * @param text what the map says about itself; null if it says nothing
     */
    public Verdict check(MapDef map, RawMap existing, @Nullable PinnedMapText text) {
        return new ExistingMapCheck(withInnerMapsOf(map, existing, text), samples())
                .of(completedMap(map, existing), existing, text);
    }

    /**
     * What a pinned map says about itself; null for a map of other software, and for one in which programs count for Nestmap, which has only numbers.
     *
     * @param paths the paths of the pins beside its pin; null if it was not opened by a pin
     */
    public @Nullable PinnedMapText text(MapDef map, RawMap raw, @Nullable PinPaths paths) {
        boolean isOfRecord = map.role() == MapRole.OUTER || map.role() == MapRole.PLAIN;
        return paths == null || !isOfRecord ? null : PinFormat.text(pins, paths.outer(), raw.id());
    }

    /** The differences between the inner maps of an outer map and those of another version of it. Either may be a plain map, which has none. */
    public List<String> innerDifferences(MapDef outer, PinnedMapText text) {
        MapDef old = text.definition();
        return old.role() != MapRole.OUTER || outer.role() != MapRole.OUTER
                ? List.of("no inner maps")
                : new ExistingMapCheck(
                                withInnerMapsOf(outer, MapShape.of(text.schema().contentOf(old))), samples())
                        .ofText(outer, text)
                        .differences();
    }

    /**
     * Whether a text is that of an earlier or later version of this map: of the same object, and not of another map of it, whose pin somebody has
     * exchanged with that of this one.
     */
    public boolean isVersionOf(MapDef map, PinnedMapText text) {
        return schema.isOfSameObject(text.schema()) && !new ExistingMapCheck(schema, samples()).isOfOther(map, text);
    }

    /** The text that is pinned beside a map of this schema. */
    PinnedMapText textOf(MapDef map, RawMap raw, PinPaths paths) {
        return PinnedMapText.of(
                schema, map, raw.id(), String.valueOf(paths.user().getFileName()), pins.directory(paths.set()));
    }

    /** Returns the definition with the size of the pinned map, if the records leave the size to load time. */
    public static MapDef withSizeOf(RawMap pinned, MapDef map) {
        return map.isSizedAtLoad() ? map.withMaxEntries(pinned.shape().maxEntries()) : map;
    }

    /** Adds to the definition the attributes that the records leave out: the size, and for an existing object also the flags. */
    MapDef completedMap(MapDef map, RawMap pinned) {
        return schema.isForeign() ? map.completedFrom(definition(map, pinned.shape())) : withSizeOf(pinned, map);
    }

    /**
     * Returns the schema with the size of the inner maps that a pinned outer map holds, if the records leave the size to load time and
     * the pin's text, or an inner map, has it. For somebody else's object, also completes the other attributes of the inner maps.
     *
     * @param map an outer map; for any other map, the schema stays as it is
     * @param text what the pinned map says about itself; null if it says nothing
     */
    public Schema withInnerMapsOf(MapDef map, RawMap pinned, @Nullable PinnedMapText text) {
        MapDef inner = map.role() == MapRole.OUTER ? schema.innerOf(map) : null;
        if (inner == null || !(schema.isForeign() || inner.isSizedAtLoad())) {
            return schema;
        }
        MapShape shape = innerShape(pinned, text);
        return shape == null ? schema : withInnerMapsOf(map, shape);
    }

    private Schema withInnerMapsOf(MapDef map, MapShape shape) {
        MapDef inner = schema.innerOf(map);
        if (!(schema.isForeign() || inner.isSizedAtLoad())) {
            return schema;
        }
        return schema.withMaps(schema.maps().stream()
                .map(other -> !other.name().equals(inner.name())
                        ? other
                        : schema.isForeign()
                                ? other.completedFrom(definition(inner, shape))
                                : other.withMaxEntries(shape.maxEntries()))
                .toList());
    }

    /** The shape of the inner maps of an outer map, as its text or one of them shows it; null if nothing does. */
    @Nullable
    MapShape innerShape(RawMap outer, @Nullable PinnedMapText text) {
        if (text != null) {
            return MapShape.of(text.schema().contentOf(text.definition()));
        }
        try (RawMap sample = samples().find(outer)) {
            return sample == null ? null : sample.shape();
        }
    }

    /** The definition of a map with the attributes of a live one. */
    private static MapDef definition(MapDef map, MapShape shape) {
        return shape.definition(map.name(), map.role());
    }
}
