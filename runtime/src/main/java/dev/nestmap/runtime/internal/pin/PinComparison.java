/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.EntryLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In what pinned maps differ from what a schema declares, as far as the kernel tells. */
record PinComparison(Schema schema, InnerMapSamples samples) {
    List<String> differences(MapDef map, RawMap raw, PinPaths place) {
        List<String> differences = shapeDifferences(map, raw.shape());
        if (map.role() == MapRole.OUTER) {
            innerDifference(map, raw, place).ifPresent(differences::add);
        } else if (differences.isEmpty()) {
            layoutDifference(map, raw).ifPresent(differences::add);
        }
        return differences;
    }

    private static List<String> shapeDifferences(MapDef map, MapShape actual) {
        MapShape declared = MapShape.of(map);
        List<String> differences = new ArrayList<>();
        ShapeComparison.difference(declared, actual).ifPresent(differences::add);
        boolean lengthCompared =
                declared.kind() == actual.kind() && declared.kind().fixesLength(declared.flags());
        if (map.role() != MapRole.INNER && !lengthCompared && declared.maxEntries() != actual.maxEntries()) {
            differences.add("max_entries " + actual.maxEntries() + " instead of " + declared.maxEntries());
        }
        return differences;
    }

    /** Compares what the outer map holds: its prototype, if that is pinned, or one of its inner maps. */
    private Optional<String> innerDifference(MapDef outer, RawMap raw, PinPaths place) {
        RawMap sample = samples.find(raw, place);
        if (sample == null) {
            return Optional.empty(); // nothing tells: the outer map is empty, and its prototype not pinned
        }
        try {
            MapDef inner = schema.innerOf(outer);
            return sample.shape().name().equals(LayoutFingerprint.NONE)
                    ? Optional.of("a migration that was interrupted: migrate it again, which completes it")
                    : specimenDifference(inner, LayoutFingerprint.of(schema, outer), sample)
                            .map(what -> "inner maps that differ from " + inner.name() + ": " + what);
        } finally {
            sample.close();
        }
    }

    private Optional<String> specimenDifference(MapDef inner, String fingerprint, RawMap sample) {
        MapShape shape = sample.shape();
        Optional<String> difference = ShapeComparison.difference(MapShape.of(inner), shape);
        if (difference.isPresent() || shape.name().equals(fingerprint)) {
            return difference;
        }
        return layoutDifference(inner, sample)
                .or(() -> LayoutFingerprint.isOne(shape.name())
                        ? Optional.of("keys or values of another layout, or of other types or names, in the same sizes")
                        : Optional.empty());
    }

    /** Compares the layout of the entries with the types that the kernel was told when the map was made. */
    private Optional<String> layoutDifference(MapDef map, RawMap raw) {
        EntryTypes types = map.value() == null ? null : typesIfAllowed(raw);
        List<String> changes = types == null ? List.of() : EntryLayout.changes(schema, map, types.key(), types.value());
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
}
