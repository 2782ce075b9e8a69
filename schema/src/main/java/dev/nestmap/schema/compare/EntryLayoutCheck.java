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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks whether entries of one type can be read as another type, for maps that another process created. */
public final class EntryLayoutCheck {
    private EntryLayoutCheck() {}

    /**
     * Compares the types that a map was created with to the declared types, and returns the differences that would make Nestmap misread
     * existing entries. Another name at the same place is not such a difference.
     *
     * @param schema the schema that declares the map. It says which types already exist in C. The records of those types may leave out
     *     constants and unnamed members
     * @param declared a map with entries
     * @param key the actual type of the keys; null if it is unknown
     * @param value the actual type of the values
     * @return descriptions of the changes; empty if all entries are read correctly
     */
    public static List<String> changes(Schema schema, MapDef declared, @Nullable CType key, CType value) {
        MapDef actual = with(
                declared, key == null ? declared.key() : unwrap(declared.key(), key), unwrap(declared.value(), value));
        Schema before = alone(schema, actual);
        Schema after = alone(schema, with(declared, declared.key(), declared.value()));
        return SchemaComparison.compare(after, before).stream()
                .filter(difference -> isMisread(actual, declared, difference.reversed()))
                .filter(difference -> !isHiddenByBtf(after, difference))
                .map(difference -> difference.message().replace("in the object", "in the map"))
                .distinct()
                .toList();
    }

    /** Whether entries of the actual type are misread because of a difference, which leads from the actual type to the declared one. */
    private static boolean isMisread(MapDef actual, MapDef declared, Difference change) {
        boolean ofKey = DifferenceLocation.KEY.equals(change.where().part());
        if (ofKey ? actual.keySize() != declared.keySize() : actual.valueSize() != declared.valueSize()) {
            return true;
        }
        if (ofKey && declared.kind().keyRule().isNumber()) {
            return false; // an index, whatever its type is called
        }
        return switch (change.aspect()) {
            case FIELD_NAME, TAG, RELOCATED, FLAGS -> false;
            case CONSTANT -> !change.declared().equals(Difference.MISSING);
            case EXTRA_FIELD -> change.declared().equals(Difference.MISSING);
            case MISSING_FIELD -> ofKey || !change.actual().equals(MissingFieldGaps.PADDING);
            default -> true;
        };
    }

    /** Whether BTF of LLVM before version 15 hides the difference: it has only the low 32 bits of an enum's constants, without a sign. */
    private static boolean isHiddenByBtf(Schema after, Difference change) {
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
        return constant.equals(Difference.MISSING) ? constant : Integer.toString((int) Long.parseLong(constant));
    }

    /**
     * Returns the struct inside a wrapper. C code sometimes wraps a struct in an array with one element or in a struct without a tag, so
     * that clang writes the struct's BTF.
     */
    private static CType unwrap(@Nullable CType declared, CType type) {
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

    /**
     * A schema of only this map and its types with a tag. Types without a tag are compared as parts of the others. The includes show which
     * of the types already exist in C.
     */
    private static Schema alone(Schema schema, MapDef map) {
        List<NamedType> types =
                map.types().stream().filter(type -> !type.name().isEmpty()).toList();
        return new Schema("", "", schema.includes(), types, List.of(map));
    }
}
