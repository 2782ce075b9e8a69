/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of a map's values that the kernel manages.
 *
 * @param type its type
 * @param offset bytes from the start of the value
 */
public record ManagedField(CType type, long offset) {
    /**
     * The fields that the kernel manages in values of this type, by offset. Only direct fields: Linux before 6.11 does not look into nested
     * structs and arrays, and records can't declare such fields there.
     */
    public static List<ManagedField> of(@Nullable CType value) {
        if (!(value instanceof StructType struct)) {
            return List.of();
        }
        return struct.fields().stream()
                .filter(field -> field.type().isManaged())
                .map(field -> new ManagedField(field.type(), field.offset()))
                .toList();
    }

    /** Offset of the first byte after it. */
    public long end() {
        return offset + type.size();
    }

    /** Whether there is a lock among the fields. */
    public static boolean hasLock(List<ManagedField> fields) {
        return fields.stream().anyMatch(field -> field.type() == ManagedFieldType.SPIN_LOCK);
    }

    @Override
    public String toString() {
        return type.spelling() + " at " + offset;
    }
}
