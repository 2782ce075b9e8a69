/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A member of a struct or union.
 *
 * <p>Bits are counted in the order in which the compiler fills a struct: from the least significant bit of each byte on
 * little-endian machines, from the most significant bit on big-endian machines. So positions are the same on both, as in BTF.
 *
 * @param name its name in C; empty for an unnamed struct or union
 * @param type its type; for a bit-field its declared type
 * @param offset bytes from the start of the struct to its first byte; 0 in a union
 * @param bit for a bit-field its first bit in that byte, from 0 to 7; else 0
 * @param bits width of a bit-field; 0 for every other member
 */
public record Field(String name, CType type, long offset, int bit, int bits) {
    /** Rejects bits outside of the type. */
    public Field {
        boolean inType = bits >= 0 && (bits + Byte.SIZE - 1L) / Byte.SIZE <= type.size();
        boolean inByte = bits == 0 ? bit == 0 : bit >= 0 && bit < Byte.SIZE;
        if ((bits != 0 && !inType) || !inByte) {
            throw new IllegalArgumentException(
                    "field " + name + " of " + bits + " bits of a " + type.spelling() + ", from bit " + bit);
        }
    }

    /** A member that is not a bit-field. */
    public Field(String name, CType type, long offset) {
        this(name, type, offset, 0, 0);
    }

    /** This member with another name. */
    public Field withName(String other) {
        return new Field(other, type, offset, bit, bits);
    }

    /** This member with another type of the same size. */
    public Field withType(CType other) {
        return new Field(name, other, offset, bit, bits);
    }

    /** Whether it is a bit-field. */
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

    /** The names by which C code finds its content: its own name, or for an unnamed struct or union the names of the members. */
    public Stream<String> names() {
        return name.isEmpty() ? type.fields().stream().flatMap(Field::names) : Stream.of(name);
    }

    /** Whether C code finds content of both by the same name. */
    public boolean hasNameOf(Field other) {
        Set<String> names = names().collect(Collectors.toSet());
        return other.names().anyMatch(names::contains);
    }
}
