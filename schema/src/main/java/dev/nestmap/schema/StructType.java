/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A C struct.
 *
 * @param name its tag
 * @param size bytes, with the padding at its end
 * @param alignment alignment of the whole
 * @param fields its fields by offset. Padding is no field: it is what they leave, see {@link #pads()}
 */
public record StructType(String name, long size, int alignment, List<Field> fields) implements NamedType {
    private static final Pattern PAD_NAME = Pattern.compile("_pad[0-9]+");

    /** Copies the list. */
    public StructType {
        fields = List.copyOf(fields);
    }

    /** A field before it has a place. */
    public record Member(String name, CType type) {}

    /** The struct that every C compiler makes of these members: each at the next offset that its alignment allows. */
    public static StructType of(String name, List<Member> members) {
        List<Field> fields = new ArrayList<>();
        long end = 0;
        int alignment = 1;
        for (Member member : members) {
            Field field = new Field(
                    member.name(), member.type(), roundUp(end, member.type().alignment()));
            fields.add(field);
            end = field.end();
            alignment = Math.max(alignment, member.type().alignment());
        }
        return new StructType(name, roundUp(end, alignment), alignment, fields);
    }

    /** Whether headers keep this field name for padding. */
    public static boolean isPadName(String name) {
        return PAD_NAME.matcher(name).matches();
    }

    /** The bytes between fields and at the end that no field covers, in order. */
    public List<Pad> pads() {
        List<Pad> pads = new ArrayList<>();
        long end = 0;
        for (Field field : fields) {
            addPad(pads, end, field.offset());
            end = Math.max(end, field.end());
        }
        addPad(pads, end, size);
        return List.copyOf(pads);
    }

    @Override
    public String spelling() {
        return "struct " + name;
    }

    private static void addPad(List<Pad> pads, long from, long to) {
        if (to > from) {
            pads.add(new Pad("_pad" + pads.size(), from, to - from));
        }
    }

    /** The first multiple of the alignment from this offset on. */
    static long roundUp(long offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
