/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * Bytes of a struct that no field covers, or the bits of one byte that no bit-field covers. In headers they are fields of
 * their own, so that C can't leave them uninitialised unnoticed: the kernel compares and hashes the whole bytes of a key.
 *
 * @param name the name that they have in a header
 * @param offset bytes from the start of the struct
 * @param size how many bytes; 1 for bits
 * @param bit the first bit of the byte, as in a {@link Field}; 0 for bytes
 * @param bits how many bits; 0 for bytes
 */
public record Padding(String name, long offset, long size, int bit, int bits) {
    /** Whole bytes. */
    public Padding(String name, long offset, long size) {
        this(name, offset, size, 0, 0);
    }

    /** The member that stands for it in C. */
    public Field field() {
        return bits > 0
                ? new Field(name, Scalar.U8, offset, bit, bits)
                : new Field(name, new ArrayType(Scalar.U8, size), offset);
    }
}
