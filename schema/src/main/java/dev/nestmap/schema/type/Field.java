/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * A member of a struct or union.
 *
 * <p>Bits are counted in the order in which a struct is filled: from the least significant bit of each byte on little-endian
 * machines, from the most significant one on big-endian machines. So a position is the same on both, as it is in BTF.
 *
 * @param name its name in C, empty for an anonymous struct or union
 * @param type its type; of a bit-field the type that it is declared with
 * @param offset bytes from the start of the struct to the byte that it starts in; 0 in a union
 * @param bit of a bit-field the bit of that byte that it starts at, from 0 to 7; else 0
 * @param bits how many bits a bit-field has; 0 for every other member
 */
public record Field(String name, CType type, long offset, int bit, int bits) {
    /** Refuses bits that the type does not have. */
    public Field {
        boolean inType = bits >= 0 && (bits + Byte.SIZE - 1L) / Byte.SIZE <= type.size();
        boolean inByte = bits == 0 ? bit == 0 : bit >= 0 && bit < Byte.SIZE;
        if ((bits != 0 && !inType) || !inByte) {
            throw new IllegalArgumentException(
                    "field " + name + " of " + bits + " bits of a " + type.spelling() + ", from bit " + bit);
        }
    }

    /** A member that is no bit-field. */
    public Field(String name, CType type, long offset) {
        this(name, type, offset, 0, 0);
    }

    /** Whether it has a width in bits. */
    public boolean isBitField() {
        return bits > 0;
    }

    /** The first bit after this field, counted from the start of the struct. */
    public long endBit() {
        return startBit() + (isBitField() ? bits : type.size() * Byte.SIZE);
    }

    /** Its first bit, counted from the start of the struct. */
    public long startBit() {
        return offset * Byte.SIZE + bit;
    }

    /** The first byte after this field; the next bit-field may begin in the byte before it. */
    public long end() {
        return isBitField() ? (endBit() + Byte.SIZE - 1) / Byte.SIZE : offset + type.size();
    }
}
