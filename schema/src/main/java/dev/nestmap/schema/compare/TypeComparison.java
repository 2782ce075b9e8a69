/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares two types by their layout, part by part. Subclasses know the differences that do not count: between records and their object,
 * records and an existing object, and two versions of the records.
 */
abstract class TypeComparison {
    /** Receives the differences. */
    final List<Difference> found;

    private final Set<Pair> done = new HashSet<>();

    /** Two types at the same place. */
    private record Pair(NamedType declared, NamedType actual) {}

    TypeComparison(List<Difference> found) {
        this.found = found;
    }

    /** Compares declared types by themselves, also those that no map uses, with the types of the same tags. */
    void alone(Schema declared, Schema actual) {
        for (NamedType type : comparedAlone(declared)) {
            actual.type(type.name()).ifPresent(other -> compare(DifferenceLocation.type(), type, other));
        }
    }

    List<NamedType> comparedAlone(Schema declared) {
        return declared.types();
    }

    /** Compares keys, values or variables, which one of the two sides may lack. */
    void part(DifferenceLocation where, @Nullable CType declared, @Nullable CType actual) {
        if (declared != null && actual != null) {
            compare(where, declared, actual);
        } else if (declared != null || actual != null) {
            found.add(where.difference(Aspect.PRESENCE, spelling(declared), spelling(actual)));
        }
    }

    private static String spelling(@Nullable CType type) {
        return type == null ? "none" : type.spelling();
    }

    final void compare(DifferenceLocation where, CType declared, CType actual) {
        if (!declared.equals(actual) && !isAddress(declared, actual) && !isDone(declared, actual)) {
            unequal(where, declared, actual);
        }
    }

    /** Compares two unequal types that were not compared before. */
    void unequal(DifferenceLocation where, CType declared, CType actual) {
        if (declared instanceof OpaqueType || actual instanceof OpaqueType) {
            sizes(where, declared, actual);
        } else if (declared instanceof ArrayType array && actual instanceof ArrayType other) {
            arrays(where, array, other);
        } else if (declared instanceof NamedType named
                && actual instanceof NamedType other
                && named.getClass() == other.getClass()) {
            named(where, named, other);
        } else {
            numbers(where, declared, actual);
        }
    }

    /** Whether one of the two is a plain pointer, and the other the number of its address. */
    boolean isAddress(CType declared, CType actual) {
        return isAddressOf(declared, actual) || isAddressOf(actual, declared);
    }

    static boolean isAddressOf(CType number, CType pointer) {
        return number == Scalar.U64 && pointer instanceof PointerType && !pointer.isManaged();
    }

    private boolean isDone(CType declared, CType actual) {
        return declared instanceof NamedType named
                && actual instanceof NamedType other
                && !done.add(new Pair(named, other));
    }

    /** Compares only the sizes. */
    final void sizes(DifferenceLocation where, CType declared, CType actual) {
        if (declared.size() != actual.size()) {
            found.add(where.difference(Aspect.SIZE, size(declared), size(actual)));
        }
    }

    private static String size(CType type) {
        if (type instanceof OpaqueType opaque) {
            return (opaque.size() == 0 ? "unknown" : Long.toString(opaque.size())) + " (" + opaque.what() + ")";
        }
        return type.size() + " (" + type.spelling() + ")";
    }

    private void arrays(DifferenceLocation where, ArrayType declared, ArrayType actual) {
        if (declared.count() != actual.count()) {
            found.add(where.difference(Aspect.LENGTH, "" + declared.count(), "" + actual.count()));
        }
        compare(where.element(), declared.element(), actual.element());
    }

    void numbers(DifferenceLocation where, CType declared, CType actual) {
        Scalar number = declared.carrier().orElse(null);
        Scalar other = actual.carrier().orElse(null);
        boolean isSame = number == other;
        if (number == null || other == null || !(isSame || (number.isNumber() && other.isNumber()))) {
            boolean isNumber = number != null && other != null;
            Aspect aspect = isNumber || declared.getClass() == actual.getClass() ? Aspect.TYPE : Aspect.FORM;
            found.add(where.difference(aspect, declared.spelling(), actual.spelling()));
            return;
        }
        sizes(where, declared, actual);
        if (number.bigEndian() != other.bigEndian()) {
            found.add(where.difference(Aspect.BYTE_ORDER, order(number, declared), order(other, actual)));
        }
        if (number.signed() != other.signed() && !statesSign(where)) {
            found.add(where.difference(Aspect.SIGNEDNESS, sign(number, declared), sign(other, actual)));
        }
    }

    /** Whether the record states the sign of the number at a place, so that C may have the other sign. */
    boolean statesSign(DifferenceLocation where) {
        return false;
    }

    private static String order(Scalar number, CType type) {
        return (number.bigEndian() ? "big-endian" : "the machine's byte order") + " (" + type.spelling() + ")";
    }

    private static String sign(Scalar number, CType type) {
        return (number.signed() ? "signed" : "unsigned") + " (" + type.spelling() + ")";
    }

    private void named(DifferenceLocation outside, NamedType declared, NamedType actual) {
        DifferenceLocation where = outside.in(declared);
        if (!declared.name().equals(actual.name()) && areTagsCompared(declared, actual)) {
            found.add(where.difference(Aspect.TAG, declared.spelling(), actual.spelling()));
        }
        if (declared instanceof EnumType enumType && actual instanceof EnumType other) {
            enums(where, enumType, other);
        } else if (declared instanceof StructType struct && actual instanceof StructType other) {
            structs(where, struct, other);
        } else if (declared instanceof UnionType union && actual instanceof UnionType other) {
            compareFields(where, union, union.fields(), other, other.fields());
        }
    }

    /** Whether another tag is a difference. */
    abstract boolean areTagsCompared(NamedType declared, NamedType actual);

    private void structs(DifferenceLocation where, StructType declared, StructType actual) {
        List<Field> fields =
                UnnamedMemberFlattener.expand(declared.fields(), actual.fields(), areFieldNamesCompared(), true);
        List<Field> others = UnnamedMemberFlattener.expand(actual.fields(), declared.fields(), true, false);
        compareFields(where, declared, others, actual, fields);
    }

    abstract void enums(DifferenceLocation where, EnumType declared, EnumType actual);

    /** The size of the whole type is compared only if places and sizes of the fields are equal. Otherwise it follows from them. */
    private void compareFields(
            DifferenceLocation where,
            NamedType declared,
            List<Field> declaredFields,
            NamedType actual,
            List<Field> actualFields) {
        FieldMatching match = new FieldMatching(declaredFields, actualFields);
        MissingFieldGaps declaredGaps = MissingFieldGaps.of(declared, declaredFields);
        MissingFieldGaps actualGaps = MissingFieldGaps.of(actual, actualFields);
        for (Field field : match.missing()) {
            found.add(where.member("field", label(field))
                    .difference(Aspect.MISSING_FIELD, place(field), actualGaps.inPlaceOf(field)));
        }
        for (Field field : match.extra()) {
            found.add(where.member("field", label(field))
                    .difference(Aspect.EXTRA_FIELD, declaredGaps.inPlaceOf(field), place(field)));
        }
        for (FieldMatching.Pair pair : match.pairs()) {
            DifferenceLocation member = where.member("field", label(pair.declared()));
            if (pair.renamed() && areFieldNamesCompared()) {
                found.add(member.difference(Aspect.FIELD_NAME, label(pair.declared()), label(pair.actual())));
            }
            if (pair.shift() != 0 && !match.isMovedByFieldsBefore(pair)) {
                found.add(member.difference(Aspect.OFFSET, offset(pair.declared()), offset(pair.actual())));
            }
            if (pair.declared().bits() != pair.actual().bits()) {
                found.add(member.difference(Aspect.BITS, bits(pair.declared()), bits(pair.actual())));
            }
            compare(member, pair.declared().type(), pair.actual().type());
        }
        if (match.samePlaces()) {
            sizes(where, declared, actual);
        }
    }

    /** Whether another name of a field at the same place is a difference. */
    boolean areFieldNamesCompared() {
        return true;
    }

    /** The name of a field; for an unnamed struct or union its members: {@code union { src, srcv6 }}. */
    private static String label(Field field) {
        return field.name().isEmpty()
                ? field.type().spelling() + field.names().collect(Collectors.joining(", ", " { ", " }"))
                : field.name();
    }

    private static String place(Field field) {
        String width = field.isBitField() ? " : " + field.bits() : "";
        return field.type().spelling() + width + " at offset " + offset(field);
    }

    private static String offset(Field field) {
        return field.offset() + (field.isBitField() ? " bit " + field.bit() : "");
    }

    private static String bits(Field field) {
        return field.isBitField() ? "" + field.bits() : "all";
    }
}
