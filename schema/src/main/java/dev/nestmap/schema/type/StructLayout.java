/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.ArrayList;
import java.util.List;

/**
 * Places members like clang for BPF ({@code RecordLayoutBuilder.cpp}, which follows the System V ABI): a member is at the next
 * offset that its alignment allows. A bit-field is at the next bit, unless it would cross the end of a storage unit of its
 * type; then it starts a new unit. A packed struct has no gaps.
 */
final class StructLayout {
    private final StructAttributes shape;
    private final List<Field> fields = new ArrayList<>();
    private long end;
    private int alignment = 1;

    StructLayout(StructAttributes shape) {
        this.shape = shape;
    }

    /** Places a member after the others. */
    void add(StructType.Member member) {
        long start = place(member.type(), member.bits(), end + member.padBits());
        start = StructType.roundUp(start, member.alignment() == 1 ? 1 : member.alignment() * (long) Byte.SIZE);
        int bit = member.bits() == 0 ? 0 : (int) (start % Byte.SIZE);
        put(new Field(member.name(), member.type(), start / Byte.SIZE, bit, member.bits()));
        alignment = Math.max(alignment, member.alignment());
    }

    /** Leaves bytes free after the last member. */
    void addPad(long bytes) {
        end = bytes == 0 ? end : StructType.roundUp(end, Byte.SIZE) + bytes * Byte.SIZE;
    }

    /** Adds a field at its own offset. Returns whether C would place it there. */
    boolean addAtOwnOffset(Field field) {
        boolean fits = place(field.type(), field.bits(), end) == field.startBit();
        put(field);
        return fits;
    }

    int alignment() {
        return Math.max(alignment, shape.alignment());
    }

    StructType struct(String name) {
        long size = StructType.roundUp(StructType.roundUp(end, Byte.SIZE) / Byte.SIZE, alignment());
        return new StructType(name, size, alignment(), fields);
    }

    private void put(Field field) {
        fields.add(field);
        end = field.endBit();
        alignment = Math.max(alignment, alignmentOf(field.type()));
    }

    private long place(CType type, int bits, long from) {
        long unit = type.size() * Byte.SIZE;
        long aligned = alignmentOf(type) * (long) Byte.SIZE;
        if (bits == 0) {
            return StructType.roundUp(StructType.roundUp(from, Byte.SIZE), aligned);
        }
        boolean crosses = !shape.packed() && from % aligned + bits > unit;
        return crosses ? StructType.roundUp(from, aligned) : from;
    }

    private int alignmentOf(CType type) {
        return shape.packed() ? 1 : type.alignment();
    }
}
