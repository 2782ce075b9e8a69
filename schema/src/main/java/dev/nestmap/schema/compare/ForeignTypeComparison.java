/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;

/** Compares the types of records with those of somebody else's object: the records may use other names, and read bytes in another way. */
final class ForeignTypeComparison extends TypeComparison {
    private final Schema schema;

    /** @param schema the schema of the records, which knows the numbers whose sign they state */
    ForeignTypeComparison(Schema schema, List<Difference> found) {
        super(found);
        this.schema = schema;
    }

    /** Types that no map and no event uses are not part of the object. */
    @Override
    List<NamedType> comparedAlone(Schema declared) {
        return declared.eventTypes();
    }

    @Override
    void unequal(DifferenceLocation where, CType declared, CType actual) {
        if (!readsDifferently(where, declared, actual)) {
            super.unequal(where, declared, actual);
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
                            new ForeignTypeComparison(schema, differences).compare(where, declared, member.type());
                            return differences.isEmpty();
                        });
    }

    @Override
    boolean statesSign(DifferenceLocation where) {
        NamedType type = where.innermost();
        String place = (where.map() == null ? FieldMeaning.VARIABLE : FieldMeaning.MAP) + where.definition();
        String part = where.part() == null ? DifferenceLocation.VALUE : where.part();
        return schema.meanings()
                .contains(
                        type == null
                                ? new FieldMeaning.Sign(place, part)
                                : new FieldMeaning.Sign(schema.owner(type), String.valueOf(where.field())));
    }

    @Override
    boolean areTagsCompared(NamedType declared, NamedType actual) {
        return false;
    }

    @Override
    boolean areFieldNamesCompared() {
        return false;
    }

    @Override
    void enums(DifferenceLocation where, EnumType declared, EnumType actual) {
        sizes(where, declared, actual);
        found.addAll(new EnumComparison(declared, actual).misread(where));
    }
}
