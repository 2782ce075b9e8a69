/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * A component of a record that is one word of 4 or 8 bytes where a value has it, at its own alignment: the processor reads and
 * writes it in one. Generated code has one for each ({@code CounterMap.Words.packets()}).
 *
 * @param <E> the record
 */
@SuppressWarnings("UnusedTypeParameter") // it keeps a record's fields from the views of another
public final class WordField<E> {
    private final String name;
    private final int offset;
    private final boolean isInt;
    private final boolean isSigned;

    private WordField(String name, int offset, boolean isInt, boolean isSigned) {
        this.name = name;
        this.offset = offset;
        this.isInt = isInt;
        this.isSigned = isSigned;
    }

    /**
     * For generated code.
     *
     * @param name what it is called in messages
     * @param offset bytes from the start of the value
     * @param size 4 or 8
     * @param isSigned whether 4 bytes have a sign; of 8 bytes all 64 bits are handed on
     */
    public static <E> WordField<E> of(String name, int offset, int size, boolean isSigned) {
        return new WordField<>(name, offset, size == Integer.BYTES, isSigned);
    }

    int offset() {
        return offset;
    }

    /** Whether it has 4 bytes, and not 8. */
    boolean isInt() {
        return isInt;
    }

    long widened(int bits) {
        return isSigned ? bits : Integer.toUnsignedLong(bits);
    }

    int narrowed(long value) {
        if (value != widened((int) value)) {
            throw new IllegalArgumentException(name + " is " + value + ", outside of "
                    + (isSigned ? "-2147483648 to 2147483647" : "0 to 4294967295"));
        }
        return (int) value;
    }

    @Override
    public String toString() {
        return name;
    }
}
