/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Compares integer and boolean components of records with the C fields of the same names. */
final class ComponentComparison {
    private long compared;

    /** Number of components that were equal so far. */
    long compared() {
        return compared;
    }

    void compare(Object value, StructType struct, byte[] bytes) throws ReflectiveOperationException {
        compare(value, struct, bytes, 0);
    }

    private void compare(Object value, StructType struct, byte[] bytes, long from) throws ReflectiveOperationException {
        if (!(value instanceof Record)) {
            return;
        }
        Map<String, Field> fields = struct.fields().stream()
                .filter(field -> !field.name().isEmpty())
                .collect(Collectors.toMap(Field::name, Function.identity()));
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Field field = fields.get(component.getName().toLowerCase(Locale.ROOT));
            if (field != null) {
                component.getAccessor().setAccessible(true);
                compare(component.getAccessor().invoke(value), field, bytes, FieldSums.start(from, field));
            }
        }
    }

    private void compare(Object part, Field field, byte[] bytes, long start) throws ReflectiveOperationException {
        if (field.type() instanceof StructType struct) {
            compare(part, struct, bytes, start);
        } else if (field.type() instanceof Scalar scalar && scalar.size() <= Long.BYTES) {
            int bits = field.isBitField() ? field.bits() : (int) scalar.size() * Byte.SIZE;
            long seen = FieldSums.read(bytes, start, bits, scalar);
            if (scalar.bigEndian()) {
                seen = Long.reverseBytes(seen) >>> (Long.SIZE - bits);
            }
            compare(part, seen, field);
        }
    }

    private void compare(Object part, long seen, Field field) {
        Object expected;
        if (part instanceof Boolean) {
            expected = seen != 0;
        } else if (part instanceof Long) {
            expected = seen;
        } else if (part instanceof Integer) {
            expected = (int) seen;
        } else if (part instanceof Short) {
            expected = (short) seen;
        } else if (part instanceof Byte) {
            expected = (byte) seen;
        } else {
            return;
        }
        assertThat(part).as(field.toString()).isEqualTo(expected);
        compared++;
    }
}
