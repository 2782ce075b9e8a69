/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;

/**
 * Decides whether a record may read the bytes of a C type as another type, because C code often declares types less exactly: an address as
 * {@code __u32} or bytes, a text as bytes, a {@code boolean} as {@code __u8}, an enum as an integer, a struct as bytes, a number of one
 * byte as {@code char}.
 */
final class ReinterpretationCheck {
    private ReinterpretationCheck() {}

    static boolean isAllowed(CType declared, CType actual) {
        if (declared.size() != actual.size() || declared.isManaged() || actual.isManaged()) {
            return false;
        }
        if (isBytes(declared)) {
            return true; // bytes are read as they are
        }
        if (isBytes(actual)) {
            return isBigEndian(declared) || declared instanceof StructType;
        }
        if (declared.equals(AddressStructTypes.IN6_ADDR)) {
            return actual instanceof ArrayType array && array.element() instanceof Scalar number && number.isNumber();
        }
        if (!(actual instanceof Scalar number)) {
            return false;
        }
        return (declared == Scalar.BOOL && number != Scalar.BOOL)
                || (declared instanceof EnumType && !number.bigEndian())
                || (isBigEndian(declared) && number.isNumber() && !number.signed())
                || (number == Scalar.CHAR && (declared == Scalar.S8 || declared == Scalar.U8));
    }

    /** An array of bytes or characters, in any number of dimensions. */
    private static boolean isBytes(CType type) {
        return type instanceof ArrayType array
                && (isBytes(array.element())
                        || (array.element() instanceof Scalar element
                                && element != Scalar.BOOL
                                && element.size() == Byte.BYTES));
    }

    private static boolean isBigEndian(CType type) {
        return type instanceof Scalar scalar && scalar.bigEndian();
    }
}
