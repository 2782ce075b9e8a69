/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.AddressStructTypes;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares two types by their layout, part by part. */
final class TypeComparison {
    /** Stands for a field or constant that one side lacks. */
    static final String MISSING = "missing";

    /** With more differences, those of a type are reported only once. Many maps can share a type with many of them. */
    private static final int MOST_REPEATED = 10_000;

    private final List<Difference> found;
    private final ComparisonMode mode;
    private final Predicate<NamedType> isExternal;
    private final Predicate<DifferenceLocation> statesSign;
    private final Set<Pair> done = new HashSet<>();

    /** Two types at the same place. */
    private record Pair(NamedType declared, NamedType actual) {}

    /**
     * @param found receives the differences
     * @param isExternal whether a declared type already exists in C
     * @param statesSign whether the record states the sign of the number at a place, so that C may have the other sign
     * @param mode which schemas the types are from
     */
    TypeComparison(
            List<Difference> found,
            Predicate<NamedType> isExternal,
            Predicate<DifferenceLocation> statesSign,
            ComparisonMode mode) {
        this.found = found;
        this.isExternal = isExternal;
        this.statesSign = statesSign;
        this.mode = mode;
    }

    /** Compares keys, values or variables, which one of the two sides may lack. */
    void part(DifferenceLocation where, @Nullable CType declared, @Nullable CType actual) {
        if (declared != null && actual != null) {
            if (mode.isOfVersions() && found.size() < MOST_REPEATED) {
                done.clear(); // a difference in a struct is reported for each part that has it
            }
            compare(where, declared, actual);
        } else if (declared != null || actual != null) {
            found.add(where.difference(Aspect.PRESENCE, spelling(declared), spelling(actual)));
        }
    }

    private static String spelling(@Nullable CType type) {
        return type == null ? "none" : type.spelling();
    }

    void compare(DifferenceLocation where, CType declared, CType actual) {
        if (declared.equals(actual) || isAddress(declared, actual) || isDone(declared, actual)) {
            return;
        }
        if (mode.isForeign() && readsDifferently(where, declared, actual)) {
            return;
        }
        int foundBefore = found.size();
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
        if (mode.isOfVersions() && found.size() == foundBefore) {
            sameBytes(where, declared, actual);
        }
    }

    /** Whether the record reads the same bytes as another type. If a struct with one field is in the way, compares the field instead. */
    private boolean readsDifferently(DifferenceLocation where, CType declared, CType actual) {
        if (ReinterpretationCheck.isAllowed(declared, actual)
                || (actual instanceof UnionType union && readsMember(where, declared, union))) {
            return true;
        }
        boolean isValue = !(declared instanceof StructType) || declared.equals(AddressStructTypes.IN6_ADDR);
        if (isValue && actual instanceof StructType struct && struct.hasOneField()) {
            compare(where, declared, struct.fields().get(0).type());
            return true;
        }
        if (!isValue
                && declared instanceof StructType struct
                && !(actual instanceof StructType)
                && struct.hasOneField()) {
            compare(where, struct.fields().get(0).type(), actual);
            return true;
        }
        return false;
    }

    /** Whether the record reads the whole union as one of its members. */
    private boolean readsMember(DifferenceLocation where, CType declared, UnionType union) {
        return !(declared instanceof UnionType)
                && declared.size() == union.size()
                && union.fields().stream()
                        .filter(member -> !member.isBitField())
                        .anyMatch(member -> {
                            List<Difference> differences = new ArrayList<>();
                            new TypeComparison(differences, isExternal, statesSign, mode)
                                    .compare(where, declared, member.type());
                            return differences.isEmpty();
                        });
    }

    /** Whether one of the two is a plain pointer, and the other the number of its address. An object has the pointers of its header. */
    private boolean isAddress(CType declared, CType actual) {
        return (declared == Scalar.U64 && isPointer(actual))
                || (mode != ComparisonMode.OBJECT && actual == Scalar.U64 && isPointer(declared));
    }

    private static boolean isPointer(CType type) {
        return type instanceof PointerType && !type.isManaged();
    }

    private boolean isDone(CType declared, CType actual) {
        return declared instanceof NamedType named
                && actual instanceof NamedType other
                && !done.add(new Pair(named, other));
    }

    /** Reports the difference between two unequal types whose bytes are read in the same way. */
    private void sameBytes(DifferenceLocation where, CType declared, CType actual) {
        DifferenceLocation there = declared instanceof NamedType type ? where.in(type) : where;
        if (declared.alignment() != actual.alignment()) {
            found.add(there.difference(Aspect.ALIGNMENT, "" + declared.alignment(), "" + actual.alignment()));
        } else {
            found.add(there.difference(Aspect.EQUIVALENT_TYPE, declared.spelling(), actual.spelling()));
        }
    }

    /** Compares only the sizes. */
    void sizes(DifferenceLocation where, CType declared, CType actual) {
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

    private void numbers(DifferenceLocation where, CType declared, CType actual) {
        Scalar number = declared.carrier().orElse(null);
        Scalar other = actual.carrier().orElse(null);
        if (mode == ComparisonMode.OBJECT && isByte(declared) && isByte(actual) && !where.isElement()) {
            return;
        }
        boolean isSame = number == other;
        if (number == null || other == null || !(isSame || (number.isNumber() && other.isNumber()))) {
            found.add(where.difference(Aspect.TYPE, declared.spelling(), actual.spelling()));
            return;
        }
        sizes(where, declared, actual);
        if (number.bigEndian() != other.bigEndian()) {
            found.add(where.difference(Aspect.BYTE_ORDER, order(number, declared), order(other, actual)));
        }
        if (number.signed() != other.signed() && !statesSign.test(where)) {
            found.add(where.difference(Aspect.SIGNEDNESS, sign(number, declared), sign(other, actual)));
        }
    }

    /** Whether C declares a signed number of one byte: {@code __s8}, or a {@code char}, which is signed on BPF. */
    private static boolean isByte(CType type) {
        return type == Scalar.S8 || type == Scalar.CHAR;
    }

    private static String order(Scalar number, CType type) {
        return (number.bigEndian() ? "big-endian" : "the machine's byte order") + " (" + type.spelling() + ")";
    }

    private static String sign(Scalar number, CType type) {
        return (number.signed() ? "signed" : "unsigned") + " (" + type.spelling() + ")";
    }

    private void named(DifferenceLocation outside, NamedType declared, NamedType actual) {
        DifferenceLocation where = outside.in(declared);
        // BTF may lack a tag.
        boolean bothHaveTags = !declared.name().isEmpty() && !actual.name().isEmpty();
        if (!mode.isForeign() && !declared.name().equals(actual.name()) && (bothHaveTags || mode.isOfVersions())) {
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

    private void structs(DifferenceLocation where, StructType declared, StructType actual) {
        List<Field> fields = UnnamedMemberFlattener.expand(declared.fields(), actual.fields(), mode);
        List<Field> others = UnnamedMemberFlattener.expand(actual.fields(), declared.fields(), ComparisonMode.VERSIONS);
        boolean regrouped = !fields.equals(actual.fields()) || !others.equals(declared.fields());
        if (mode.isOfVersions() && regrouped) {
            found.add(where.difference(Aspect.GROUPING, labels(declared), labels(actual)));
        }
        compareFields(where, declared, others, actual, fields);
    }

    private void enums(DifferenceLocation where, EnumType declared, EnumType actual) {
        EnumComparison constants = new EnumComparison(declared, actual);
        if (mode.isForeign()) {
            sizes(where, declared, actual);
            found.addAll(constants.misread(where));
            return;
        }
        boolean cutOff = !mode.isOfVersions() && (constants.areCutOff() || constants.differOnlyInSign());
        if (cutOff) {
            sizes(where, declared, actual);
        } else {
            numbers(where, declared, actual);
            found.addAll(constants.changed(where));
        }
        // An existing enum can get more constants in a new kernel, and the record may leave constants out.
        if (mode.isOfVersions() || !isExternal.test(declared)) {
            found.addAll(constants.added(where));
        }
    }

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
            if (pair.renamed() && !mode.isForeign()) {
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

    /** The name of a field; for an unnamed struct or union its members: {@code union { src, srcv6 }}. */
    private static String label(Field field) {
        return field.name().isEmpty()
                ? field.type().spelling() + field.names().collect(Collectors.joining(", ", " { ", " }"))
                : field.name();
    }

    private static String labels(StructType type) {
        return type.fields().stream().map(TypeComparison::label).collect(Collectors.joining(", "));
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
