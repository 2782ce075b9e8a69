/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.Collection;

/**
 * The effect of one difference when the new version opens a map that the previous version pinned. {@link ChangeConsequences} collects the
 * effects of several differences and maps.
 *
 * <p>For an outer map Nestmap compares type, sizes, flags and {@code max_entries}, and its {@link OuterMapLayout} by a fingerprint. For a
 * plain map, {@link EntryLayoutCheck} compares the entries with the map's BTF, if the map has BTF and the process has CAP_SYS_ADMIN to read
 * it.
 */
enum PinOutcome {
    /** Opening it throws an exception. */
    REJECTED("the new version will reject %s"),
    /** Opening it throws an exception if the pinned map does not have the new size. */
    REJECTED_IF_RESIZED("the new version will reject %s of another size"),
    /** {@link #REJECTED} for a process that may read its BTF, {@link #MISREAD} for others. */
    REJECTED_OR_MISREAD("the new version will reject %s, or misread its entries if it runs without CAP_SYS_ADMIN"),
    /** Opening it succeeds, but entries that the previous version wrote are misread. */
    MISREAD("the new version will misread the entries of %s"),
    /** Opening it succeeds and entries are read correctly. The added field is 0, because it takes the place of padding. */
    NEW_FIELD_IS_ZERO(""),
    /** Opening it succeeds if the load passes the size of the pinned map, or no size. */
    KEPT_WITH_ITS_SIZE(""),
    /** Opening it succeeds and entries are read correctly. */
    KEPT("");

    static final String REMEDY =
            "; migrate the pinned map, with drain if programs count in it (https://nestmap.dev/production/upgrade), or detach the"
                    + " old program and pin the new map under another name";

    private final String text;

    PinOutcome(String text) {
        this.text = text;
    }

    /** A sentence about these maps. */
    String text(Collection<String> maps) {
        return text.formatted(pinned(maps));
    }

    static String pinned(Collection<String> maps) {
        return "a pinned " + ChangeDescription.list(maps, "or");
    }

    boolean breaks() {
        return this == REJECTED || this == REJECTED_IF_RESIZED || this == REJECTED_OR_MISREAD || this == MISREAD;
    }

    /** The outcome for a map because of one difference in it. */
    static PinOutcome of(Schema before, Schema after, MapDef map, Difference difference) {
        if (map.role() != MapRole.PLAIN) {
            return ofOuter(before, difference);
        }
        PinOutcome outcome = ofPlain(before, after, map, difference);
        return outcome == MISREAD && map.kind().isCopyable() ? REJECTED_OR_MISREAD : outcome;
    }

    private static PinOutcome ofOuter(Schema before, Difference difference) {
        boolean ofType = difference.where().struct() != null;
        return switch (difference.aspect()) {
            case NUMA_NODE, SLOT -> KEPT;
            case TAG -> ofType ? REJECTED : KEPT;
            case MAX_ENTRIES -> {
                MapDef inner = before.map(String.valueOf(difference.where().definition()))
                        .orElseThrow();
                boolean isOuter = inner.role() == MapRole.OUTER;
                yield isOuter || inner.kind().fixesLength(inner.flags()) ? sized(difference) : KEPT;
            }
            default -> REJECTED;
        };
    }

    private static PinOutcome ofPlain(Schema before, Schema after, MapDef map, Difference difference) {
        if (KeyOrValueSizeChange.of(before, after, difference).isPresent()) {
            return REJECTED;
        }
        boolean ofKey = DifferenceLocation.KEY.equals(difference.where().part());
        if (ofKey && map.kind().keyRule().isNumber()) {
            return KEPT; // an index, whatever its type is called
        }
        return switch (difference.aspect()) {
            case MAP, KIND -> REJECTED;
            case MAX_ENTRIES -> sized(difference);
            case PRESENCE -> map.isStream() ? MISREAD : REJECTED;
            case FLAGS -> sameFlags(map, after.map(map.name()).orElseThrow()) ? KEPT : REJECTED;
            case FIELD_NAME, TAG, RELOCATED, GROUPING, EQUIVALENT_TYPE, ALIGNMENT, MAP_EXTRA, NUMA_NODE, SLOT -> KEPT;
            case GLOBAL, SECTION, PROGRAM, PROGRAM_SECTION ->
                throw new IllegalArgumentException("not in a map: " + difference.message());
            case CONSTANT -> difference.declared().equals(TypeComparison.MISSING) ? KEPT : MISREAD;
            case EXTRA_FIELD -> added(difference.declared());
            case MISSING_FIELD -> !ofKey && difference.actual().equals(MissingFieldGaps.PADDING) ? KEPT : MISREAD;
            case FORM, TYPE, SIZE, LENGTH, BITS, OFFSET, BYTE_ORDER, SIGNEDNESS -> MISREAD;
        };
    }

    /** The outcome of a changed {@code max_entries}. If the records leave the size to load time, the pinned map determines it. */
    private static PinOutcome sized(Difference difference) {
        if (difference.actual().equals(Difference.AT_LOAD)) {
            return KEPT_WITH_ITS_SIZE;
        }
        return difference.declared().equals(Difference.AT_LOAD) ? REJECTED_IF_RESIZED : REJECTED;
    }

    private static PinOutcome added(String before) {
        return switch (before) {
            case MissingFieldGaps.IN_UNION -> KEPT;
            case MissingFieldGaps.PADDING -> NEW_FIELD_IS_ZERO;
            default -> MISREAD;
        };
    }

    private static boolean sameFlags(MapDef map, MapDef other) {
        return ((map.flags() ^ other.flags()) & ~MapFlags.FD_ACCESS) == 0;
    }
}
