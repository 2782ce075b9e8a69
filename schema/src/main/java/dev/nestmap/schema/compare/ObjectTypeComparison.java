/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;

/** Compares the types of records with those of the object that was compiled with their header: BTF can't express all of them. */
final class ObjectTypeComparison extends TypeComparison {
    private final Schema schema;

    /** @param schema the schema of the records, which knows the types that already exist in C */
    ObjectTypeComparison(Schema schema, List<Difference> found) {
        super(found);
        this.schema = schema;
    }

    /** The object has the pointers of its header. */
    @Override
    boolean isAddress(CType declared, CType actual) {
        return isAddressOf(declared, actual);
    }

    @Override
    void numbers(DifferenceLocation where, CType declared, CType actual) {
        if (!isByte(declared) || !isByte(actual) || where.isElement()) {
            super.numbers(where, declared, actual);
        }
    }

    /** Whether C declares a signed number of one byte: {@code __s8}, or a {@code char}, which is signed on BPF. */
    private static boolean isByte(CType type) {
        return type == Scalar.S8 || type == Scalar.CHAR;
    }

    /** BTF may lack a tag. */
    @Override
    boolean areTagsCompared(NamedType declared, NamedType actual) {
        return !declared.name().isEmpty() && !actual.name().isEmpty();
    }

    @Override
    void enums(DifferenceLocation where, EnumType declared, EnumType actual) {
        EnumComparison constants = new EnumComparison(declared, actual);
        if (constants.areUnknown() || constants.differOnlyInSign()) {
            sizes(where, declared, actual);
        } else {
            numbers(where, declared, actual);
            found.addAll(constants.changed(where));
        }
        // An existing enum can get more constants in a new kernel, and the record may leave constants out.
        if (!schema.isExternal(declared.name()) && !constants.areUnknown()) {
            found.addAll(constants.added(where));
        }
    }
}
