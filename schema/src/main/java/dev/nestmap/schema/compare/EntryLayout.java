/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether entries that were written as one type are read rightly as another one: those of a map that somebody else made. */
public final class EntryLayout {
    private EntryLayout() {}

    /**
     * What changed from the types that a map was made with to those that are declared, so that bytes are read as something else.
     * Other names at the same places are not among it.
     *
     * @param schema what declares the map, and says which types exist in C already: of these records may leave something out
     * @param declared a map with entries
     * @param key the type of the keys that are in it; null when it is not known
     * @param value the type of the values that are in it
     * @return the changes, in words; empty when all is read rightly
     */
    public static List<String> changes(Schema schema, MapDef declared, @Nullable CType key, CType value) {
        MapDef then =
                with(declared, key == null ? declared.key() : like(declared.key(), key), like(declared.value(), value));
        Schema before = alone(schema, then);
        Schema after = alone(schema, with(declared, declared.key(), declared.value()));
        return SchemaComparison.compare(after, before).stream()
                .map(Difference::reversed)
                .filter(change -> PinOutcome.of(before, after, then, change).breaks())
                .filter(change -> !isUntold(after, change))
                .map(ChangeDescription::cause)
                .distinct()
                .toList();
    }

    /**
     * In what the keys of an outer map changed, names among it.
     *
     * @param declared an outer map
     * @param before an outer map of a version before
     * @return the changes, in words; empty when the keys and the types of the maps are equal
     */
    public static List<String> keyChanges(MapDef declared, MapDef before) {
        return SchemaComparison.versions(ofKeys(declared.name(), before), ofKeys(declared.name(), declared)).stream()
                .map(ChangeDescription::cause)
                .distinct()
                .toList();
    }

    /** An outer map without what it holds. */
    private static Schema ofKeys(String name, MapDef map) {
        MapDef keys = new MapDef(name, MapRole.OUTER, map.kind(), 1, 0, map.key(), null, null);
        return new Schema("", "", List.of(), List.of(), List.of(keys));
    }

    /** Before LLVM 15, BTF has the low 32 bits of an enum's constants and not whether they have a sign. */
    private static boolean isUntold(Schema after, Difference change) {
        boolean ofEnum = after.type(String.valueOf(change.where().struct()))
                .filter(EnumType.class::isInstance)
                .isPresent();
        return switch (change.aspect()) {
            case SIGNEDNESS -> ofEnum;
            case CONSTANT -> ofEnum && low(change.declared()).equals(low(change.actual()));
            default -> false;
        };
    }

    private static String low(String constant) {
        return constant.equals(TypeComparison.MISSING) ? constant : Integer.toString((int) Long.parseLong(constant));
    }

    /** A struct is at times wrapped, so that clang writes its BTF: in an array of one, or in a struct without a tag. */
    private static CType like(@Nullable CType declared, CType type) {
        if (declared instanceof NamedType && type instanceof ArrayType array && array.count() == 1) {
            return array.element();
        }
        if (declared instanceof NamedType
                && type instanceof StructType struct
                && struct.name().isEmpty()
                && struct.fields().size() == 1
                && struct.fields().get(0).type() instanceof NamedType wrapped) {
            return wrapped;
        }
        return type;
    }

    private static MapDef with(MapDef map, @Nullable CType key, @Nullable CType value) {
        return new MapDef(map.name(), MapRole.PLAIN, map.kind(), map.maxEntries(), map.flags(), key, value, null);
    }

    /** This map and its types, and which of them exist already. */
    private static Schema alone(Schema schema, MapDef map) {
        Set<NamedType> types = new HashSet<>();
        OuterMapLayout.collect(map.key(), types);
        OuterMapLayout.collect(map.value(), types);
        return new Schema("", "", schema.includes(), List.copyOf(types), List.of(map));
    }
}
