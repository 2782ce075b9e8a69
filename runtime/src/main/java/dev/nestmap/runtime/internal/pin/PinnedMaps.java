/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.Compared;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the pinned maps of one schema. Rejects those that differ from the schema. */
public final class PinnedMaps {
    private final Schema records;
    private final Schema schema;
    private final MapFactory factory;
    private final Pins pins;
    private final InnerMapSamples samples;

    /**
     * Makes no system calls. Ring buffers get the sizes that they have with the pages of this machine.
     *
     * @param records the schema of the records
     * @param schema the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     */
    public PinnedMaps(Schema records, Schema schema, MapFactory factory, Pins pins) {
        this.records = records.withPages(factory.pageSize());
        this.schema = schema.withPages(factory.pageSize());
        this.factory = factory;
        this.pins = pins;
        this.samples = new InnerMapSamples(factory, pins);
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
     * Opens the map that is pinned at a path, which the caller closes. Returns null if nothing is pinned there.
     *
     * @throws BpfException if the pinned map differs from its definition
     */
    public @Nullable RawMap find(MapDef map, Path path, PinAccess access) {
        for (RawMap raw = pins.open(path, access); raw != null; raw = pins.open(path, access)) {
            try (Undo undo = new Undo(raw::close)) {
                List<String> differences = differences(map, raw, new PinPaths(path, PinOptions.asDeclared(), access));
                // If another map was pinned in its place meanwhile, the prototype may be that map's.
                boolean comparable = pins.isPinned(raw, path);
                if (comparable && !differences.isEmpty()) {
                    String operation = "opening of the pin " + path + " as map " + map.name();
                    throw records.isForeign()
                            ? new MapMismatch(this, map, raw, path).exception(operation, differences)
                            : new PinMismatch(this, map, raw, path).exception(operation, differences);
                }
                if (comparable) {
                    return undo.commit(raw);
                }
            }
        }
        return null;
    }

    /** Returns how a pinned map differs from its definition, as far as the kernel reports its attributes. */
    public List<String> differences(MapDef map, RawMap pinned, @Nullable PinPaths paths) {
        PinnedDefinitions definitions = definitions();
        Schema complete = definitions.withInnerMapsOf(map, pinned, paths);
        return new PinComparison(complete, samples).differences(definitions.complete(map, pinned), pinned, paths);
    }

    /**
     * Opens the map with this id, which the caller closes.
     *
     * @throws BpfException if there is no such map, if it differs from its definition, or if the kernel refuses
     */
    RawMap open(MapDef map, int id) {
        String operation = "opening of the map with id " + Integer.toUnsignedString(id) + " as map " + map.name();
        RawMap raw = factory.open(id);
        if (raw == null) {
            throw new BpfException(
                    operation, "there is no map with this id; bpftool map and UntypedMap.ids() list those that exist");
        }
        try (Undo undo = new Undo(raw::close)) {
            List<String> differences = differences(map, raw, null);
            if (!differences.isEmpty()) {
                throw new MapMismatch(this, map, raw, null).exception(operation, differences);
            }
            return undo.commit(raw);
        }
    }

    /**
     * Returns how much of a map that {@link #differences} accepted was compared, see {@link ComparisonScope#ofExisting}.
     *
     * @param paths the pins beside its pin; null if it was opened by its id
     */
    public Compared compared(MapDef map, RawMap existing, @Nullable PinPaths paths) {
        Schema complete = definitions().withInnerMapsOf(map, existing, paths);
        String place = "opening of the "
                + (paths == null ? "map with id " + Integer.toUnsignedString(existing.id()) : "pin " + paths.outer());
        return new ComparisonScope(complete, samples).ofExisting(map, existing, paths, place);
    }

    /** Completes this schema from pinned maps. */
    public PinnedDefinitions definitions() {
        return new PinnedDefinitions(schema, samples);
    }
}
