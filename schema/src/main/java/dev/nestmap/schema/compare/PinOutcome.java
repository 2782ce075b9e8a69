/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Padding;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a map that was pinned by the version before, when it is opened by the version after.
 *
 * <p>Of an outer map its type, sizes, flags and {@code max_entries} are compared, and by a fingerprint its {@link OuterMapLayout};
 * of a plain map the kernel tells the {@link EntryLayout} to who has CAP_SYS_ADMIN, if it was told itself, and nothing to others.
 */
enum PinOutcome {
    /** It is not opened: an exception says why. */
    REFUSED("will be refused"),
    /** It is not opened, unless it has the size that the records say now. */
    RESIZED("of another size will be refused"),
    /** It is not opened by who may read its types; by others it is {@link #MISREAD}. */
    TOLD("will be refused, or without CAP_SYS_ADMIN opened and its entries misread"),
    /** It is opened, and bytes that were written by the version before are read as something else. */
    MISREAD("will be opened and its entries misread"),
    /** It is opened and read rightly: the field that was added is where padding was. */
    ZERO(""),
    /** It is opened as large as it is, and by a load that says this size. */
    SIZED(""),
    /** It is opened and read rightly. */
    KEPT("");

    static final String REMEDY = "; migrate or pin under another name";

    private final String text;

    PinOutcome(String text) {
        this.text = text;
    }

    /** Says it of these maps. */
    String text(Collection<String> maps) {
        return pinned(maps) + " " + text;
    }

    static String pinned(Collection<String> maps) {
        return "a pinned " + ChangeDescription.list(maps, "or");
    }

    boolean breaks() {
        return this == REFUSED || this == RESIZED || this == TOLD || this == MISREAD;
    }

    /** The outcome for a map because of one difference in it. */
    static PinOutcome of(Schema before, Schema after, MapDef map, Difference difference) {
        if (map.role() != MapRole.PLAIN) {
            return ofNest(before, difference);
        }
        PinOutcome outcome = ofPlain(before, after, map, difference);
        return outcome == MISREAD && map.kind().isCopyable() ? TOLD : outcome;
    }

    private static PinOutcome ofNest(Schema before, Difference difference) {
        boolean ofType = difference.where().struct() != null;
        return switch (difference.aspect()) {
            case NUMA_NODE, SLOT -> KEPT;
            case TAG -> ofType ? REFUSED : KEPT;
            case MAX_ENTRIES -> {
                MapDef inner = before.map(String.valueOf(difference.where().definition()))
                        .orElseThrow();
                boolean ofOuter = inner.role() == MapRole.OUTER;
                yield ofOuter || inner.kind().fixesLength(inner.flags()) ? sized(difference) : KEPT;
            }
            default -> REFUSED;
        };
    }

    private static PinOutcome ofPlain(Schema before, Schema after, MapDef map, Difference difference) {
        if (PartSizes.of(before, after, difference).map(PartSizes::differ).orElse(false)) {
            return REFUSED;
        }
        boolean ofKey = DifferenceLocation.KEY.equals(difference.where().part());
        if (ofKey && map.kind().keyRule().isNumber()) {
            return KEPT; // an index, whatever it is called
        }
        return switch (difference.aspect()) {
            case MAP, KIND -> REFUSED;
            case MAX_ENTRIES -> sized(difference);
            case PRESENCE -> map.isStream() ? MISREAD : REFUSED;
            case FLAGS -> sameFlags(map, after.map(map.name()).orElseThrow()) ? KEPT : REFUSED;
            case FIELD_NAME, TAG, RELOCATED, SPELLING, ALIGNMENT, MAP_EXTRA, NUMA_NODE, SLOT -> KEPT;
            case CONSTANT -> difference.declared().equals(TypeComparison.MISSING) ? KEPT : MISREAD;
            case EXTRA_FIELD -> added(before, after, difference.where());
            case MISSING_FIELD -> !ofKey && isPadding(after, before, difference.where()) ? KEPT : MISREAD;
            case TYPE, SIZE, LENGTH, BITS, OFFSET, BYTE_ORDER, SIGNEDNESS -> MISREAD;
        };
    }

    /** What the records leave to the load, the pin tells. */
    private static PinOutcome sized(Difference difference) {
        if (difference.actual().equals(Difference.AT_LOAD)) {
            return SIZED;
        }
        return difference.declared().equals(Difference.AT_LOAD) ? RESIZED : REFUSED;
    }

    private static PinOutcome added(Schema before, Schema after, DifferenceLocation where) {
        boolean toUnion = before.type(String.valueOf(where.struct()))
                .filter(UnionType.class::isInstance)
                .isPresent();
        return toUnion ? KEPT : isPadding(before, after, where) ? ZERO : MISREAD;
    }

    private static boolean sameFlags(MapDef map, MapDef other) {
        return ((map.flags() ^ other.flags()) & ~MapFlags.FD_ACCESS) == 0;
    }

    /** Whether a field that only one version has is padding, and nothing else, in the other one. */
    private static boolean isPadding(Schema without, Schema with, DifferenceLocation where) {
        StructType padded = struct(without, where.struct());
        StructType whole = struct(with, where.struct());
        if (padded == null || whole == null) {
            return false;
        }
        List<Field> pads = padded.pads().stream().map(Padding::field).toList();
        return whole.fields().stream()
                .filter(field -> field.name().equals(where.field()))
                .anyMatch(field -> pads.stream()
                        .anyMatch(pad -> pad.startBit() <= field.startBit() && field.endBit() <= pad.endBit()));
    }

    private static @Nullable StructType struct(Schema schema, @Nullable String tag) {
        return schema.type(String.valueOf(tag))
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .orElse(null);
    }
}
