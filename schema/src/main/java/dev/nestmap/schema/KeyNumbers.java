/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The numbers of a key, in order. The key of a {@link SlotContents.Slot} is a list of them. */
public final class KeyNumbers {
    /** Developers write slots by hand, number by number, so longer keys are not supported. */
    private static final int MAX_PARTS = 64;

    private final long size;
    private final List<Part> parts;

    /**
     * One number.
     *
     * @param offset its offset in the key, in bytes
     * @param number how its bytes are read, at most 8 of them
     * @param type its type in C
     */
    public record Part(long offset, Scalar number, CType type) {
        /**
         * Whether the type can hold a number. A 64-bit type can hold every {@code long}: for an unsigned type, a negative {@code long}
         * stands for a number from 2<sup>63</sup> on.
         */
        public boolean holds(long value) {
            if (number == Scalar.BOOL) {
                return value == 0 || value == 1;
            }
            int unused = Math.toIntExact(Long.SIZE - Byte.SIZE * number.size());
            return value == (number.signed() ? value << unused >> unused : value << unused >>> unused);
        }
    }

    private KeyNumbers(long size, List<Part> parts) {
        this.size = size;
        this.parts = List.copyOf(parts);
    }

    /** The numbers of a key; empty if it contains other types, or more than 64 numbers. */
    public static Optional<KeyNumbers> of(CType key) {
        List<Part> parts = new ArrayList<>();
        boolean numbers = collect(key, 0, parts) && parts.size() <= MAX_PARTS;
        return numbers ? Optional.of(new KeyNumbers(key.size(), parts)) : Optional.empty();
    }

    /** The numbers in order. */
    public List<Part> parts() {
        return parts;
    }

    /** The only number of a key that can be an index: it has 4 bytes, in the machine's byte order. Empty for other keys. */
    public Optional<Part> index() {
        return Optional.of(parts)
                .filter(all -> all.size() == 1 && size == Integer.BYTES)
                .map(all -> all.get(0))
                .filter(part ->
                        part.number().size() == Integer.BYTES && !part.number().bigEndian());
    }

    /** The bytes of a key with these numbers, in this machine's byte order. Padding is zero. */
    public byte[] encode(List<Long> numbers) {
        if (numbers.size() != parts.size()) {
            throw new IllegalArgumentException("the key consists of " + CountText.of(parts.size(), "number")
                    + ", but the slot has " + numbers.size());
        }
        ByteBuffer key = ByteBuffer.allocate(Math.toIntExact(size));
        for (int i = 0; i < numbers.size(); i++) {
            Part part = parts.get(i);
            int at = Math.toIntExact(part.offset());
            long number = numbers.get(i);
            key.order(part.number().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.nativeOrder());
            switch (Math.toIntExact(part.number().size())) {
                case Byte.BYTES -> key.put(at, (byte) number);
                case Short.BYTES -> key.putShort(at, (short) number);
                case Integer.BYTES -> key.putInt(at, (int) number);
                default -> key.putLong(at, number);
            }
        }
        return key.array();
    }

    private static boolean collect(CType type, long offset, List<Part> parts) {
        if (parts.size() > MAX_PARTS) {
            return false;
        }
        boolean isIndex = type instanceof OpaqueType && type.size() == Integer.BYTES; // BTF has only its size
        Optional<Scalar> number = isIndex ? Optional.of(Scalar.U32) : type.carrier();
        if (number.isPresent()) {
            parts.add(new Part(offset, number.get(), type));
            return type.size() <= Long.BYTES;
        }
        if (type instanceof ArrayType array) {
            return collect(array, offset, parts);
        }
        return type instanceof StructType struct
                && struct.fields().stream()
                        .allMatch(
                                field -> !field.isBitField() && collect(field.type(), offset + field.offset(), parts));
    }

    private static boolean collect(ArrayType array, long offset, List<Part> parts) {
        for (long i = 0; i < array.count(); i++) {
            int before = parts.size();
            if (!collect(array.element(), offset + i * array.element().size(), parts)) {
                return false;
            }
            if (parts.size() == before) {
                return true; // The elements are empty, and there can be 2^32 of them.
            }
        }
        return true;
    }
}
