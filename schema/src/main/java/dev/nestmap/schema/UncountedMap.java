/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.Scalar;
import java.util.Optional;
import java.util.Set;

/**
 * The map in which programs count for an outer map what they could not count in its inner maps: {@code tenant_uncounted} for {@code tenant}.
 * It needs no capability, so no record has to ask for it. In C and BTF, only its name links it to the outer map.
 *
 * <p>Programs increment on failure paths only. Each CPU has its own numbers, so that a flood of failures on all CPUs shares no cache line; the
 * increment is atomic, because another program on the same CPU may interrupt this one.
 */
public final class UncountedMap {
    /** Suffix of its name, after the name of the outer map. */
    public static final String SUFFIX = "_uncounted";

    /** An entry of the map. */
    public enum Counter {
        /** Additions that inner maps have refused with {@code E2BIG}: they were full. */
        FULL,
        /** Additions that inner maps have refused for another reason, or for one that the program does not know. */
        FAILED,
        /** Additions with a key that had no inner map. */
        UNKNOWN_KEY,
        /** Misses that left no request for an inner map on demand: see {@link KeyRequestMaps}. */
        UNREQUESTED,
        /**
         * Written by user space: each inner map that is in a slot or waits came into its slot when {@link #FULL} and {@link #FAILED} together were at least this high. So the
         * next process knows which refusals are news.
         */
        REPORTED;

        /** The index of the entry. */
        @SuppressWarnings("EnumOrdinal") // pins have this order
        public int index() {
            return ordinal();
        }
    }

    private static final Set<MapStructure> COUNTED = Set.of(
            MapStructure.TABLE, MapStructure.TRIE, MapStructure.VALUES, MapStructure.ELEMENTS, MapStructure.EVENTS);

    private UncountedMap() {}

    /** Whether programs can add to such inner maps, and the kernel can refuse it. */
    public static boolean canCount(MapDef inner) {
        boolean isOfUnknownType = inner.isStream() && inner.value() == null;
        return !inner.isReadOnlyToPrograms()
                && !isOfUnknownType
                && COUNTED.contains(inner.kind().structure());
    }

    /** The map for an outer map. */
    public static MapDef of(MapDef outer) {
        return new MapDef(
                outer.name() + SUFFIX,
                MapRole.UNCOUNTED,
                MapKind.PERCPU_ARRAY,
                Counter.values().length,
                0,
                Scalar.U32,
                Scalar.U64,
                null);
    }

    /** The map of an outer map in a schema; empty if it has none. */
    public static Optional<MapDef> in(Schema schema, MapDef outer) {
        return outer.role() != MapRole.OUTER
                ? Optional.empty()
                : schema.map(outer.name() + SUFFIX).filter(map -> map.role() == MapRole.UNCOUNTED);
    }

    /** The map in the schema of an object, whose BTF does not mark it. */
    public static Optional<MapDef> inObject(Schema object, MapDef outer) {
        return object.map(outer.name() + SUFFIX)
                .filter(map -> map.kind() == MapKind.PERCPU_ARRAY
                        && map.maxEntries() == Counter.values().length
                        && map.key() == Scalar.U32
                        && map.value() == Scalar.U64);
    }
}
