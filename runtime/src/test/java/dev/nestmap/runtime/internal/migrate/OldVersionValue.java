/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;

/** A value of the previous version, read by its C type. */
record OldVersionValue(CType type, ByteBuffer bytes, int at) {
    long number(String component) {
        return NumberField.of(find(component))
                .filter(NumberField::isLong)
                .orElseThrow(() -> new IllegalArgumentException(
                        named(component) + " is not a number of at most 64 bits; read it with bytes(...)"))
                .read(bytes, at)
                .longValue();
    }

    byte[] bytes(String component) {
        Field field = find(component);
        if (field.isBitField()) {
            throw new IllegalArgumentException(
                    named(component) + " is a bit-field, which has no bytes of its own; read it with number(...)");
        }
        byte[] copy = new byte[Math.toIntExact(field.type().size())];
        bytes.get(at + Math.toIntExact(field.offset()), copy);
        return copy;
    }

    /** Returns the component with its offset in the whole value. */
    private Field find(String component) {
        Field field = new Field("", type, 0);
        for (String name : component.isEmpty() ? new String[0] : component.split("\\.", -1)) {
            Field outer = field;
            Field inner = field.type() instanceof StructType struct
                    ? struct.fields().stream()
                            .filter(member -> member.name().equals(name))
                            .findFirst()
                            .orElse(null)
                    : null;
            if (inner == null) {
                throw new IllegalArgumentException(named(component) + ": the previous version has no such component");
            }
            field = new Field(name, inner.type(), outer.offset() + inner.offset(), inner.bit(), inner.bits());
        }
        return field;
    }

    private String named(String component) {
        return component.isEmpty() ? type.spelling() : type.spelling() + ", component " + component;
    }
}
