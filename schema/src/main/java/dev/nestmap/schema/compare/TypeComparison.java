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
import org.jspecify.annotations.Nullable;

/** Compares two types by their layout, part by part. */
final class TypeComparison {
    /** Stands for a field or constant that one side lacks. */
    static final String MISSING = "missing";

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
            if (mode == ComparisonMode.VERSIONS) {
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
        if (mode == ComparisonMode.FOREIGN_OBJECT && readsDifferently(where, declared, actual)) {
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
        if (mode == ComparisonMode.VERSIONS && found.size() == foundBefore) {
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
        NumberInterpretation number = NumberInterpretation.of(declared).orElse(null);
        NumberInterpretation other = NumberInterpretation.of(actual).orElse(null);
        if (mode == ComparisonMode.OBJECT && isByte(declared) && isByte(actual) && !where.isElement()) {
            return;
        }
        if (number == null || other == null || !number.meaning().equals(other.meaning())) {
            found.add(where.difference(Aspect.TYPE, declared.spelling(), actual.spelling()));
            return;
        }
        sizes(where, declared, actual);
        if (number.bigEndian() != other.bigEndian()) {
            found.add(where.difference(
                    Aspect.BYTE_ORDER, reading(number.order(), declared), reading(other.order(), actual)));
        }
        if (number.signed() != other.signed() && !statesSign.test(where)) {
            found.add(where.difference(
                    Aspect.SIGNEDNESS, reading(number.sign(), declared), reading(other.sign(), actual)));
        }
    }

    /** Whether C declares a signed number of one byte: {@code __s8}, or a {@code char}, which is signed on BPF. */
    private static boolean isByte(CType type) {
        return type == Scalar.S8 || type == Scalar.CHAR;
    }

    private static String reading(String how, CType type) {
        return how + " (" + type.spelling() + ")";
    }

    private void named(DifferenceLocation outside, NamedType declared, NamedType actual) {
        DifferenceLocation where = outside.in(declared);
        // BTF may lack a tag.
        boolean bothHaveTags = !declared.name().isEmpty() && !actual.name().isEmpty();
        if (mode != ComparisonMode.FOREIGN_OBJECT
                && !declared.name().equals(actual.name())
                && (bothHaveTags || mode == ComparisonMode.VERSIONS)) {
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
        if (mode == ComparisonMode.VERSIONS && regrouped) {
            found.add(where.difference(Aspect.GROUPING, FieldText.labels(declared), FieldText.labels(actual)));
        }
        compareFields(where, declared, others, actual, fields);
    }

    private void enums(DifferenceLocation where, EnumType declared, EnumType actual) {
        EnumComparison constants = new EnumComparison(declared, actual);
        if (mode == ComparisonMode.FOREIGN_OBJECT) {
            sizes(where, declared, actual);
            constants.changed(where).stream()
                    .filter(change -> !change.actual().equals(MISSING))
                    .forEach(found::add);
            return;
        }
        boolean cutOff = mode != ComparisonMode.VERSIONS && (constants.areCutOff() || constants.areUnsigned());
        if (cutOff) {
            sizes(where, declared, actual);
        } else {
            numbers(where, declared, actual);
            found.addAll(constants.changed(where));
        }
        // An existing enum can get more constants in a new kernel, and the record may leave constants out.
        if (mode == ComparisonMode.VERSIONS || !isExternal.test(declared)) {
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
            found.add(where.member("field", FieldText.label(field))
                    .difference(Aspect.MISSING_FIELD, FieldText.place(field), actualGaps.inPlaceOf(field)));
        }
        for (Field field : match.extra()) {
            found.add(where.member("field", FieldText.label(field))
                    .difference(Aspect.EXTRA_FIELD, declaredGaps.inPlaceOf(field), FieldText.place(field)));
        }
        for (FieldMatching.Pair pair : match.pairs()) {
            DifferenceLocation member = where.member("field", FieldText.label(pair.declared()));
            if (pair.renamed() && mode != ComparisonMode.FOREIGN_OBJECT) {
                found.add(member.difference(
                        Aspect.FIELD_NAME, FieldText.label(pair.declared()), FieldText.label(pair.actual())));
            }
            if (pair.shift() != 0 && !match.isMovedByFieldsBefore(pair)) {
                found.add(member.difference(
                        Aspect.OFFSET, FieldText.offset(pair.declared()), FieldText.offset(pair.actual())));
            }
            if (pair.declared().bits() != pair.actual().bits()) {
                found.add(
                        member.difference(Aspect.BITS, FieldText.bits(pair.declared()), FieldText.bits(pair.actual())));
            }
            compare(member, pair.declared().type(), pair.actual().type());
        }
        if (match.samePlaces()) {
            sizes(where, declared, actual);
        }
    }
}
