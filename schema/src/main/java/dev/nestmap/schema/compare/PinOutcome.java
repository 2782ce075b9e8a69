/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.Collection;
import java.util.Locale;

/**
 * The effect of one difference when the new version opens a map that the previous version pinned.
 *
 * <p>Nestmap compares type, sizes, flags and {@code max_entries} of a map, and its {@link MapLayout} with the text beside its pin. A map that its
 * object pins by name ({@code LIBBPF_PIN_BY_NAME}) has no text: for its entries, or those of one of its inner maps, {@link EntryLayoutCheck} compares
 * the types with the map's BTF, if the map has BTF and the process has CAP_SYS_ADMIN to read it.
 */
public enum PinOutcome {
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

    public static final String REMEDY =
            "; migrate the pinned map, with drain if programs count in it (https://nestmap.dev/production/upgrade), or detach the"
                    + " old program and pin the new map under another name";

    private final String text;

    PinOutcome(String text) {
        this.text = text;
    }

    /** A sentence about these maps. */
    public String text(Collection<String> maps) {
        return String.format(Locale.ROOT, text, pinned(maps));
    }

    public static String pinned(Collection<String> maps) {
        return "a pinned " + ChangeDescription.list(maps, "or");
    }

    public boolean breaks() {
        return this == REJECTED || this == REJECTED_IF_RESIZED || this == REJECTED_OR_MISREAD || this == MISREAD;
    }

    /** The outcome for a map because of one difference in it. */
    public static PinOutcome of(Schema before, Schema after, MapDef map, Difference difference) {
        MapDef other = after.map(map.name()).orElse(map);
        if (!other.pinnedByName()) {
            return ofText(before, difference);
        }
        return map.role() == MapRole.OUTER && other.role() == MapRole.OUTER
                ? ofOuterByName(before, after, map, other, difference)
                : ofContent(before, after, map, other, difference);
    }

    /** The outcome for a map with a text beside its pin. */
    private static PinOutcome ofText(Schema before, Difference difference) {
        boolean ofType = difference.where().struct() != null;
        return switch (difference.aspect()) {
            case NUMA_NODE -> KEPT;
            case TAG -> ofType ? REJECTED : KEPT;
            case MAX_ENTRIES -> size(before, difference);
            default -> REJECTED;
        };
    }

    private static PinOutcome size(Schema before, Difference difference) {
        MapDef changed =
                before.map(String.valueOf(difference.where().definition())).orElseThrow();
        boolean isInner = changed.role() == MapRole.INNER;
        return !isInner || changed.kind().fixesLength(changed.flags()) ? sized(difference) : KEPT;
    }

    /**
     * The outcome for an outer map that the new version pins by its name: the load compares what it compares of other maps, with one of the inner
     * maps in place of the entries.
     */
    private static PinOutcome ofOuterByName(
            Schema before, Schema after, MapDef outer, MapDef newOuter, Difference difference) {
        boolean isOfOuter = outer.name().equals(difference.where().definition());
        boolean ofDefinition = difference.where().part() == null;
        if (difference.aspect() == Difference.Aspect.MAX_ENTRIES) {
            return size(before, difference);
        }
        if (difference.aspect() == Difference.Aspect.PRESENCE && ofDefinition) {
            return KEPT; // the kernel keeps the definition of the pinned map
        }
        if (isOfOuter || newOuter.definition() == null) {
            PinOutcome outcome = plain(before, after, outer, newOuter, difference);
            return outcome == REJECTED_OR_MISREAD ? MISREAD : outcome; // the kernel keeps no BTF of an outer map
        }
        return ofContent(before, after, before.innerOf(outer), after.innerOf(newOuter), difference);
    }

    /** The outcome for a map with entries, or for an outer map with inner maps of this kind. */
    static PinOutcome ofContent(Schema before, Schema after, MapDef map, MapDef other, Difference difference) {
        PinOutcome outcome = plain(before, after, map, other, difference);
        return outcome == MISREAD && map.kind().isCopyable() ? REJECTED_OR_MISREAD : outcome;
    }

    private static PinOutcome plain(Schema before, Schema after, MapDef map, MapDef other, Difference difference) {
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
            case FLAGS -> sameFlags(map, other) ? KEPT : REJECTED;
            case MAP_EXTRA, NUMA_NODE -> KEPT;
            case GLOBAL, SECTION, PROGRAM, PROGRAM_SECTION ->
                throw new IllegalArgumentException("not in a map: " + difference.message());
            default -> ofBytes(difference, ofKey);
        };
    }

    /** The outcome for entries whose keys, or values, have this difference, and whose size is the same. */
    private static PinOutcome ofBytes(Difference difference, boolean ofKey) {
        return switch (difference.aspect()) {
            case FIELD_NAME, TAG, RELOCATED, GROUPING, EQUIVALENT_TYPE, ALIGNMENT -> KEPT;
            case CONSTANT -> difference.declared().equals(Difference.MISSING) ? KEPT : MISREAD;
            case EXTRA_FIELD -> added(difference.declared());
            case MISSING_FIELD -> !ofKey && difference.actual().equals(MissingFieldGaps.PADDING) ? KEPT : MISREAD;
            case FORM, TYPE, SIZE, LENGTH, BITS, OFFSET, BYTE_ORDER, SIGNEDNESS -> MISREAD;
            default -> throw new IllegalArgumentException("not in a type: " + difference.message());
        };
    }

    /** Whether bytes that the previous version wrote are misread because of a difference in their struct, union or enum. */
    public static boolean misreadsBytes(Difference difference) {
        return difference.where().innermost() != null && ofBytes(difference, false) == MISREAD;
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
