/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import dev.nestmap.schema.type.Field;
import java.math.BigInteger;
import java.util.Optional;

/** The numbers that a field can have. */
record NumberRange(BigInteger least, BigInteger most) {
    /** Empty if the field is no number. */
    static Optional<NumberRange> of(Field field) {
        return field.type().carrier().map(number -> {
            int bits = field.isBitField()
                    ? field.bits()
                    : Math.toIntExact(Byte.SIZE * field.type().size());
            BigInteger least =
                    number.signed() ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
            return new NumberRange(
                    least, least.add(BigInteger.ONE.shiftLeft(bits)).subtract(BigInteger.ONE));
        });
    }

    /** Whether it has all numbers of the other range times this factor; nobody counts so many units that 64 bits are too few for more of them. */
    boolean holds(NumberRange other, long factor) {
        BigInteger units = most.bitLength() < Long.SIZE - 1 ? BigInteger.valueOf(factor) : BigInteger.ONE;
        return least.compareTo(other.least.multiply(units)) <= 0 && most.compareTo(other.most.multiply(units)) >= 0;
    }
}
