/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A C struct.
 *
 * @param name its tag; empty if it has none
 * @param size in bytes, including the padding at its end
 * @param alignment in bytes
 * @param fields its fields by offset, without padding, see {@link #pads()}
 */
public record StructType(String name, long size, int alignment, List<Field> fields) implements NamedType {
    private static final Pattern PAD_NAME = Pattern.compile("_pad[0-9]+");

    /** Copies the list. */
    public StructType {
        fields = List.copyOf(fields);
    }

    /**
     * A hash that ignores the types of the fields. Otherwise hashing would take exponential time for types that contain another type twice
     * at every level.
     */
    @Override
    public int hashCode() {
        return Objects.hash(
                name,
                size,
                alignment,
                fields.size(),
                fields.isEmpty() ? "" : fields.get(0).name());
    }

    /**
     * A field without an offset.
     *
     * @param bits width of a bit-field; 0 for every other member
     * @param alignment an alignment in addition to the alignment of its type; 1 for no further alignment
     * @param padBits number of free bits before it
     */
    public record Member(String name, CType type, int bits, int alignment, long padBits) {
        /** A field with the alignment of its type. */
        public Member(String name, CType type) {
            this(name, type, 0, 1, 0);
        }
    }

    /** The struct of these members in C: each at the next offset that its alignment allows. */
    public static StructType of(String name, List<Member> members) {
        return of(name, members, StructAttributes.NATURAL);
    }

    /** The struct of these members in C, with attributes. */
    public static StructType of(String name, List<Member> members, StructAttributes shape) {
        return of(name, members, shape, 0);
    }

    /** The struct of these members in C, with attributes and free bytes at the end besides those for its alignment. */
    public static StructType of(String name, List<Member> members, StructAttributes shape, long padAtEnd) {
        StructLayout layout = new StructLayout(shape);
        members.forEach(layout::add);
        layout.addPad(padAtEnd);
        return layout.struct(name);
    }

    /** Whether generated headers reserve this field name for padding. */
    public static boolean isPadName(String name) {
        return PAD_NAME.matcher(name).matches();
    }

    /** Whether it has the same bytes as its only field, such as {@code struct in_addr}. */
    public boolean hasOneField() {
        return fields.size() == 1
                && !fields.get(0).isBitField()
                && fields.get(0).type().size() == size;
    }

    /**
     * The padding between fields and at the end, in order: bytes, and for bits that no bit-field covers a bit-field of {@code __u8}. Generated
     * headers declare padding as fields, so that C initializers also set it to zero, because the kernel compares and hashes all bytes of
     * a key.
     */
    public List<Field> pads() {
        List<Field> pads = new ArrayList<>();
        long end = 0;
        for (Field field : fields) {
            addPads(pads, end, field.startBit());
            end = Math.max(end, field.endBit());
        }
        addPads(pads, end, size * Byte.SIZE);
        return List.copyOf(pads);
    }

    /** Fields and padding by offset: the members in a header. */
    public List<Field> fieldsAndPads() {
        List<Field> pads = pads();
        int next = 0;
        List<Field> all = new ArrayList<>();
        for (Field field : fields) {
            while (next < pads.size() && pads.get(next).startBit() < field.startBit()) {
                all.add(pads.get(next++));
            }
            all.add(field);
        }
        all.addAll(pads.subList(next, pads.size()));
        return List.copyOf(all);
    }

    /** The attributes that a C struct needs so that C places the members at these offsets. */
    public StructAttributes shape() {
        StructLayout natural = new StructLayout(StructAttributes.NATURAL);
        boolean packed = !fieldsAndPads().stream().allMatch(field -> natural.addAtOwnOffset(field))
                || natural.alignment() > alignment;
        int implied = packed ? 1 : natural.alignment();
        return new StructAttributes(packed, implied == alignment ? 1 : alignment);
    }

    @Override
    public long lastOffset() {
        return fields.stream()
                .mapToLong(field -> field.offset() + field.type().lastOffset())
                .max()
                .orElse(0);
    }

    @Override
    public StructType withName(String other) {
        return new StructType(other, size, alignment, fields);
    }

    @Override
    public StructType withParts(UnaryOperator<CType> change) {
        List<Field> changed = fields.stream()
                .map(field -> field.withType(change.apply(field.type())))
                .toList();
        return new StructType(name, size, alignment, changed);
    }

    @Override
    public String keyword() {
        return "struct";
    }

    private static void addPads(List<Field> pads, long from, long to) {
        long firstByte = roundUp(from, Byte.SIZE);
        if (firstByte > from) {
            addBits(pads, from, Math.min(firstByte, to));
        }
        long lastByte = to / Byte.SIZE * Byte.SIZE;
        if (lastByte > firstByte) {
            CType bytes = new ArrayType(Scalar.U8, (lastByte - firstByte) / Byte.SIZE);
            pads.add(new Field("_pad" + pads.size(), bytes, firstByte / Byte.SIZE));
        }
        if (to > lastByte && lastByte >= firstByte) {
            addBits(pads, lastByte, to);
        }
    }

    private static void addBits(List<Field> pads, long from, long to) {
        if (to > from) {
            int bit = (int) (from % Byte.SIZE);
            pads.add(new Field("_pad" + pads.size(), Scalar.U8, from / Byte.SIZE, bit, (int) (to - from)));
        }
    }

    /** The first multiple of the alignment from this offset on. */
    public static long roundUp(long offset, long alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
