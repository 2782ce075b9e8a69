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
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.OptionalLong;
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
     * @param isLayoutCompared whether the layout of the entries was also compared
     */
    public record Found(RawMap map, boolean isLayoutCompared) {}

    /** Ring buffers get the sizes that they have with the pages of this machine. */
    public ExistingMapFinder {
        recordSchema = factory.fit(recordSchema);
        schema = factory.fit(schema);
    }

    /** Finds samples of the inner maps that a pinned outer map holds. */
    public InnerMapSampleFinder samples() {
        return new InnerMapSampleFinder(factory, pins);
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
            return undo.commit(accepted(check(map, raw, paths), map, raw, paths, paths.options()));
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
            throw new BpfException(
                    Reason.NOT_FOUND,
                    "opening of the map with id " + Integer.toUnsignedString(id) + " as map " + map.name(),
                    "there is no map with this id; bpftool map and UntypedMap.ids() list those that exist");
        }
        try (Undo undo = new Undo(raw::close)) {
            return undo.commit(accepted(check(map, raw, null), map, raw, null, options));
        }
    }

    private Found accepted(Verdict verdict, MapDef map, RawMap raw, @Nullable PinPaths paths, PinOptions options) {
        MismatchExplanation mismatch = new MismatchExplanation(this, map, raw, paths);
        if (!verdict.differences().isEmpty()) {
            throw mismatch.exception(verdict.differences());
        }
        if (verdict.lacksSample() && !options.acceptsUncomparedInnerMaps()) {
            throw mismatch.withoutSample();
        }
        return new Found(raw, isLayoutCompared(verdict, map, raw, paths));
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
     * @param paths the paths of the pins beside its pin; null if it was not opened by a pin
     */
    public Verdict check(MapDef map, RawMap existing, @Nullable PinPaths paths) {
        return new ExistingMapCheck(withInnerMapsOf(map, existing, paths), samples())
                .of(completedMap(map, existing), existing, paths);
    }

    /**
     * Creates the prototype that Nestmap pins beside an outer map. Its name is a fingerprint of the layout. It has the size of the inner
     * maps only if that size is set at load, because then no other pin records the size. The caller closes it.
     */
    public RawMap createPrototype(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        MapShape shape = MapShape.of(inner);
        boolean hasSize = recordSchema.innerOf(outer).isSizedAtLoad() && !shape.isSizeOpen();
        MapShape prototype = hasSize ? shape : InnerMapSampleFinder.shrunk(shape);
        return factory.of(inner).create(prototype.withName(LayoutFingerprint.of(schema, outer)), null);
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
     * the pins have it. For somebody else's object, also completes the other attributes of the inner maps.
     *
     * @param map an outer map; for any other map, the schema stays as it is
     * @param paths the pins beside its pin; null if it was not opened by a pin
     */
    public Schema withInnerMapsOf(MapDef map, RawMap pinned, @Nullable PinPaths paths) {
        MapDef inner = map.role() == MapRole.OUTER ? schema.innerOf(map) : null;
        if (inner != null && schema.isForeign()) {
            return withInnerSample(inner, pinned, paths);
        }
        if (inner == null || !inner.isSizedAtLoad()) {
            return schema;
        }
        return withInnerSize(schema, inner, samples().size(pinned, paths));
    }

    /** Returns the schema with the size of an inner map, if the records leave it to load time. */
    static Schema withInnerSize(Schema schema, MapDef inner, OptionalLong size) {
        return schema.withSizes(map -> map.name().equals(inner.name()) ? size : OptionalLong.empty());
    }

    /** Returns the schema with the attributes of the inner maps that a pinned outer map holds, if there is a sample of them. */
    private Schema withInnerSample(MapDef inner, RawMap pinned, @Nullable PinPaths paths) {
        try (RawMap sample = samples().find(pinned, paths)) {
            if (sample == null) {
                return schema;
            }
            OptionalLong size = samples().size(pinned, paths); // the sample may be a smaller prototype
            MapShape shape = sample.shape();
            return withInnerShape(schema, inner, size.isPresent() ? shape.withMaxEntries(size.getAsLong()) : shape);
        }
    }

    /** Returns somebody else's schema with an inner map that has all attributes that the record leaves out. */
    static Schema withInnerShape(Schema schema, MapDef inner, MapShape shape) {
        return schema.withMaps(schema.maps().stream()
                .map(map -> map.name().equals(inner.name()) ? map.completedFrom(definition(inner, shape)) : map)
                .toList());
    }

    /** The definition of a map with the attributes of a live one. */
    private static MapDef definition(MapDef map, MapShape shape) {
        return shape.definition(map.name(), map.role());
    }
}
