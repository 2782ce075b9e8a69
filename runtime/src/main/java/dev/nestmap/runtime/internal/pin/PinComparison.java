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
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.EntryLayout;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares pinned maps with a schema, as far as the kernel reports their attributes. */
record PinComparison(Schema schema, InnerMapSamples samples) {
    /** The difference that stands for an interrupted migration. */
    static final String INTERRUPTED_MIGRATION = "a migration that was interrupted";

    /** Returns how a pinned map differs from its definition; empty if no difference is visible. */
    List<String> differences(MapDef map, RawMap raw, @Nullable PinPaths paths) {
        List<String> differences = shapeDifferences(map, raw.shape());
        if (map.role() == MapRole.OUTER) {
            innerDifference(map, raw, paths).ifPresent(differences::add);
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

    /** Compares the inner maps of an outer map, by the pinned prototype, by one of the inner maps, or by the kernel's prototype. */
    private Optional<String> innerDifference(MapDef outer, RawMap raw, @Nullable PinPaths paths) {
        MapDef inner = schema.innerOf(outer);
        RawMap sample = samples.find(raw, paths);
        if (sample == null) {
            return emptyDifference(inner, raw).map(difference -> inners(inner, difference));
        }
        try {
            return sample.shape().name().equals(LayoutFingerprint.NONE)
                    ? Optional.of(INTERRUPTED_MIGRATION)
                    : sampleDifference(inner, LayoutFingerprint.of(schema, outer), sample)
                            .map(difference -> inners(inner, difference));
        } finally {
            sample.close();
        }
    }

    /** Compares the inner maps that an outer map accepts, if there is none that this process may open. */
    private Optional<String> emptyDifference(MapDef inner, RawMap raw) {
        MapShape prototype = samples.factory().prototype(raw);
        if (prototype != null) {
            return ShapeComparison.difference(MapShape.of(inner), prototype);
        }
        // Records of somebody else's object may leave out flags, so a refusal would not show that they are wrong.
        return schema.isForeign()
                ? Optional.empty()
                : SlotProbe.accepts(samples.factory(), raw, inner)
                        .filter(isAccepted -> !isAccepted)
                        .map(isAccepted -> "the kernel answers EINVAL to a " + inner.kind() + " with "
                                + MapShape.of(inner).keySize() + " bytes in keys, "
                                + MapShape.of(inner).valueSize() + " bytes in values and the flags "
                                + MapFlags.expression(inner.flags())
                                + ". With CAP_PERFMON, Nestmap can read which of them differs");
    }

    private static String inners(MapDef inner, String difference) {
        return "inner maps that differ from " + inner.name() + ": " + difference;
    }

    private Optional<String> sampleDifference(MapDef inner, String fingerprint, RawMap sample) {
        MapShape shape = sample.shape();
        Optional<String> difference = ShapeComparison.difference(MapShape.of(inner), shape);
        if (difference.isPresent() || shape.name().equals(fingerprint)) {
            return difference;
        }
        if (schema.isForeign() && typesIfAllowed(sample) != null) {
            return layoutDifference(inner, sample);
        }
        return layoutDifference(inner, sample)
                .or(() -> LayoutFingerprint.isOne(shape.name())
                        ? Optional.of(
                                "keys or values of the same size with another layout, or with other types or names")
                        : Optional.empty());
    }

    /** Compares the declared layout of the entries with the BTF types that the map was created with. */
    private Optional<String> layoutDifference(MapDef map, RawMap raw) {
        EntryTypes types = map.value() == null ? null : typesIfAllowed(raw);
        if (types != null && schema.isForeign()) {
            return foreignDifference(map, types);
        }
        List<String> changes = types == null ? List.of() : EntryLayout.changes(schema, map, types.key(), types.value());
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of("entries of another layout; these changes lead to the declared one: "
                        + String.join(", ", changes));
    }

    /** Compares like the load of somebody else's object: the record may read the same bytes in another way. */
    private Optional<String> foreignDifference(MapDef map, EntryTypes types) {
        List<Difference> differences = SchemaComparison.compare(
                only(entries(map, map.key(), map.value())).asForeign(), only(entries(map, types.key(), types.value())));
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("entries that contradict the records: "
                        + differences.stream()
                                .map(difference -> difference.message().replace("in the object", "in the pinned map"))
                                .collect(Collectors.joining("; ")));
    }

    private Schema only(MapDef map) {
        return new Schema(schema.origin(), schema.header(), schema.includes(), List.of(), List.of(map))
                .withReadings(schema.readings());
    }

    private static MapDef entries(MapDef map, @Nullable CType key, @Nullable CType value) {
        return new MapDef(map.name(), MapRole.PLAIN, map.kind(), 1, 0, key, value, null);
    }

    /** Returns the map's BTF types; null if it was created without BTF, or this process lacks CAP_SYS_ADMIN. */
    static @Nullable EntryTypes typesIfAllowed(RawMap raw) {
        try {
            return raw.types();
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return null; // reading BTF requires CAP_SYS_ADMIN; without it the layout is not checked
            }
            throw e;
        }
    }
}
