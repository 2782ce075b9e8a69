/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;

/**
 * Checksum of the numbers in a type, at the positions that the schema states. A union contributes each byte, because
 * its member is unknown. A type of 128 bits contributes its halves.
 */
final class FieldSums {
    /** Factor of the checksum, as {@link EchoProgram} uses it. */
    static final long FACTOR = 31;

    private FieldSums() {}

    /** Reads a number as C converts it by {@code (__u64)x}. */
    static long read(byte[] bytes, long from, int bits, CType type) {
        long value = LittleEndianBits.get(bytes, from, bits);
        int spare = Long.SIZE - bits;
        return isSigned(type) ? value << spare >> spare : value;
    }

    /** The checksum of a type's numbers, as the program computes it. */
    static long sum(byte[] bytes, CType type) {
        return sum(bytes, type, 0);
    }

    /** The checksum of a type's numbers, continuing from a previous checksum. */
    static long sum(byte[] bytes, CType type, long before) {
        return sum(bytes, 0, type, before);
    }

    private static long sum(byte[] bytes, long from, CType type, long before) {
        if (type instanceof StructType struct) {
            return sumOfFields(bytes, from, struct.fields(), before);
        }
        if (type instanceof ArrayType array) {
            long sum = before;
            for (long i = 0; i < array.count(); i++) {
                sum = sum(bytes, from + i * array.element().size() * Byte.SIZE, array.element(), sum);
            }
            return sum;
        }
        if (type instanceof UnionType) {
            return sum(bytes, from, new ArrayType(Scalar.U8, type.size()), before);
        }
        if (type.size() > Long.BYTES) {
            return sum(bytes, from, new ArrayType(Scalar.U64, 2), before);
        }
        return before * FACTOR + read(bytes, from, (int) type.size() * Byte.SIZE, type);
    }

    private static long sumOfFields(byte[] bytes, long from, List<Field> fields, long before) {
        long sum = before;
        for (Field field : fields) {
            long start = start(from, field);
            sum = field.isBitField()
                    ? sum * FACTOR + read(bytes, start, field.bits(), field.type())
                    : sum(bytes, start, field.type(), sum);
        }
        return sum;
    }

    static long start(long from, Field field) {
        return from + field.offset() * Byte.SIZE + field.bit();
    }

    private static boolean isSigned(CType type) {
        return type instanceof EnumType constants
                ? constants.signed()
                : type instanceof Scalar scalar && scalar.signed();
    }
}
