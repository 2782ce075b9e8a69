/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Generates random bytes of a type, with zeros for padding. Java may refuse some of them, for example a number that is no constant of an
 * enum.
 */
final class RandomEntries {
    private static final List<String> LETTERS = List.of("a", "Z", "0", " ", "é", "€", "😀");

    private final Random random;
    /** Numbers of enum constants, also for integers that a record maps to an enum. */
    private final List<Long> constants;

    RandomEntries(Random random, List<Long> constants) {
        this.random = random;
        this.constants = constants;
    }

    byte[] of(CType type) {
        byte[] bytes = new byte[Math.toIntExact(type.size())];
        fill(bytes, 0, type);
        return bytes;
    }

    private void fill(byte[] bytes, long from, CType type) {
        if (type instanceof StructType struct) {
            fill(bytes, from, struct);
        } else if (type instanceof UnionType) {
            fill(bytes, from, new ArrayType(Scalar.U8, type.size())); // Java keeps bytes that no member has
        } else if (type instanceof ArrayType array && array.element() == Scalar.CHAR) {
            text(bytes, (int) (from / Byte.SIZE), (int) array.count());
        } else if (type instanceof ArrayType array) {
            for (long i = 0; i < array.count(); i++) {
                fill(bytes, from + i * array.element().size() * Byte.SIZE, array.element());
            }
        } else if (type.size() > Long.BYTES) {
            fill(bytes, from, new ArrayType(Scalar.U64, 2));
        } else {
            int bits = (int) type.size() * Byte.SIZE;
            LittleEndianBits.put(bytes, from, bits, number(type, bits));
        }
    }

    private void fill(byte[] bytes, long from, StructType struct) {
        for (Field field : struct.fields()) {
            long start = FieldSums.start(from, field);
            if (field.isBitField()) {
                LittleEndianBits.put(bytes, start, field.bits(), number(field.type(), field.bits()));
            } else {
                fill(bytes, start, field.type());
            }
        }
        if (struct.fields().get(0).name().equals("prefixlen")) {
            prefix(bytes, (int) (from / Byte.SIZE), struct.size());
        }
    }

    /** Writes a prefix length that leaves no host bits. */
    private void prefix(byte[] bytes, int at, long size) {
        int addressBits = (int) (size - Integer.BYTES) * Byte.SIZE;
        int length = random.nextInt(addressBits + 1);
        LittleEndianBits.put(bytes, (long) at * Byte.SIZE, Integer.SIZE, length);
        for (int bit = length; bit < addressBits; bit++) {
            bytes[at + Integer.BYTES + bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
    }

    /** Writes a text with a terminating NUL. */
    private void text(byte[] bytes, int at, int room) {
        int end = random.nextInt(room);
        int length = 0;
        while (true) {
            byte[] letter = LETTERS.get(random.nextInt(LETTERS.size())).getBytes(StandardCharsets.UTF_8);
            if (length + letter.length > end) {
                return;
            }
            System.arraycopy(letter, 0, bytes, at + length, letter.length);
            length += letter.length;
        }
    }

    /** Returns a number for so many bits, often the least or the most that fits. */
    private long number(CType type, int bits) {
        if (type == Scalar.BOOL) {
            return random.nextInt(2);
        }
        if (type instanceof EnumType named) {
            return named.constants()
                    .get(random.nextInt(named.constants().size()))
                    .value();
        }
        return switch (random.nextInt(7)) {
            case 0 -> (1L << (bits - 1)) - random.nextInt(2); // least and most of a signed number
            case 4 -> -random.nextInt(2); // least and most of an unsigned number
            case 1 -> random.nextLong();
            case 2, 3 -> constants.get(random.nextInt(constants.size()));
            default -> random.nextInt(4);
        };
    }
}
