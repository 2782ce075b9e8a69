/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.RecordText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Explains that a map which somebody else made differs from its record, with a record that would fit.
 *
 * @param path where it is pinned; null if it was opened by its id
 */
record MapMismatch(
        PinnedMaps maps, MapDef map, RawMap raw, @Nullable Path path) {
    /** Creates the exception to throw. */
    BpfException exception(String operation, List<String> differences) {
        String origin = maps.schema().origin();
        return new BpfException(
                operation,
                "the map is not as " + (origin.isEmpty() ? "the records declare" : origin + " declares") + ": it has "
                        + String.join("; ", differences) + ". Correct the record, or open another map."
                        + recordThatFits());
    }

    private String recordThatFits() {
        List<String> lines =
                RecordText.of(schema(), schema().maps().get(schema().maps().size() - 1));
        return lines.isEmpty()
                ? ""
                : " This fits the map:"
                        + lines.stream().map(line -> "\n  " + line).collect(Collectors.joining());
    }

    /** What is known of the map, as a schema whose last map it is. */
    private Schema schema() {
        MapShape shape = raw.shape();
        if (!shape.kind().isMapOfMaps()) {
            return schema(
                    List.of(definition(map.name(), MapRole.PLAIN, shape, PinComparison.typesIfAllowed(raw), null)));
        }
        RawMap sample = maps.samples().find(raw, paths());
        MapShape inner = sample == null ? maps.factory().prototype(raw) : sample.shape();
        EntryTypes types = sample == null ? null : PinComparison.typesIfAllowed(sample);
        if (sample != null) {
            sample.close();
        }
        if (inner == null) {
            return schema(List.of(definition(map.name(), MapRole.OUTER, shape, null, null)));
        }
        String name = map.name() + " inner";
        return schema(List.of(
                definition(name, MapRole.INNER, inner, types, null),
                definition(map.name(), MapRole.OUTER, shape, null, name)));
    }

    private @Nullable PinPaths paths() {
        return path == null ? null : new PinPaths(path, PinOptions.asDeclared(), PinAccess.READ_ONLY);
    }

    private static Schema schema(List<MapDef> maps) {
        return new Schema("", "", List.of(), List.of(), maps);
    }

    private static MapDef definition(
            String name, MapRole role, MapShape shape, @Nullable EntryTypes types, @Nullable String inner) {
        return new MapDef(
                name,
                role,
                shape.kind(),
                Math.max(1, shape.maxEntries()),
                shape.flags(),
                sized(types == null ? null : types.key(), shape.keySize()),
                role == MapRole.OUTER ? null : sized(types == null ? null : types.value(), shape.valueSize()),
                inner);
    }

    /** The type, or the number of bytes if it is unknown. */
    private static @Nullable CType sized(@Nullable CType type, int size) {
        return size == 0 ? null : Objects.requireNonNullElse(type, new OpaqueType(size, 1, "bytes"));
    }
}
