/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

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
     * @param declared a map with entries
     * @param key the type of the keys that are in it; null when it is not known
     * @param value the type of the values that are in it
     * @return the changes, in words; empty when all is read rightly
     */
    public static List<String> changes(MapDef declared, @Nullable CType key, CType value) {
        MapDef now = with(declared, declared.key(), declared.value());
        MapDef then =
                with(declared, key == null ? declared.key() : like(declared.key(), key), like(declared.value(), value));
        Schema before = schema(then);
        Schema after = schema(now);
        if (SchemaComparison.compare(after, before).isEmpty()) {
            return List.of(); // an object with these types would be loaded
        }
        return SchemaComparison.versions(before, after).stream()
                .filter(difference ->
                        PinOutcome.of(before, after, then, difference).breaks())
                .filter(difference -> !isUntold(before, difference))
                .map(ChangeWords::cause)
                .distinct()
                .toList();
    }

    /** Before LLVM 15, BTF has the low 32 bits of an enum's constants and not whether they have a sign. */
    private static boolean isUntold(Schema before, Difference difference) {
        boolean ofEnum = before.type(String.valueOf(difference.where().struct()))
                .filter(EnumType.class::isInstance)
                .isPresent();
        return switch (difference.aspect()) {
            case SIGNEDNESS -> ofEnum;
            case CONSTANT -> ofEnum && low(difference.declared()).equals(low(difference.actual()));
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

    private static Schema schema(MapDef map) {
        Set<NamedType> types = new HashSet<>();
        NestLayout.collect(map.key(), types);
        NestLayout.collect(map.value(), types);
        return new Schema("", "", List.of(), List.copyOf(types), List.of(map));
    }
}
