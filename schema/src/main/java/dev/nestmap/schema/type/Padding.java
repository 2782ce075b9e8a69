/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * Bytes of a struct that no field covers, or bits of one byte that no bit-field covers. Generated headers declare padding as fields, so
 * that C initializers also set it to zero, because the kernel compares and hashes all bytes of a key.
 *
 * @param name its name in the header
 * @param offset bytes from the start of the struct
 * @param size in bytes; 1 for bits
 * @param bit the first bit of the byte, as in a {@link Field}; 0 for bytes
 * @param bits number of bits; 0 for bytes
 */
public record Padding(String name, long offset, long size, int bit, int bits) {
    /** Whole bytes. */
    public Padding(String name, long offset, long size) {
        this(name, offset, size, 0, 0);
    }

    /** The field that declares it in C. */
    public Field field() {
        return bits > 0
                ? new Field(name, Scalar.U8, offset, bit, bits)
                : new Field(name, new ArrayType(Scalar.U8, size), offset);
    }
}
