/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.Optional;

/**
 * The interpretation of a number's bytes.
 *
 * @param size in bytes
 * @param meaning the meaning of the bytes: the same for all numbers, but different for {@code bool} and {@code char}
 */
record NumberInterpretation(long size, boolean signed, boolean bigEndian, String meaning) {
    private static final String NUMBER = "number";

    static Optional<NumberInterpretation> of(CType type) {
        if (type instanceof Scalar scalar) {
            return Optional.of(
                    new NumberInterpretation(scalar.size(), scalar.signed(), scalar.bigEndian(), meaning(scalar)));
        }
        if (type instanceof EnumType enumType) {
            return Optional.of(new NumberInterpretation(enumType.size(), enumType.signed(), false, NUMBER));
        }
        return Optional.empty();
    }

    /** The meaning of a scalar, see {@code meaning} of the record. */
    private static String meaning(Scalar scalar) {
        return scalar.isNumber() ? NUMBER : scalar.spelling();
    }

    String sign() {
        return signed ? "signed" : "unsigned";
    }

    String order() {
        return bigEndian ? "big-endian" : "the machine's byte order";
    }
}
