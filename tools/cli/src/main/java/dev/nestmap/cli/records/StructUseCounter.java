/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.StructType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the uses of structs. A struct whose only use is as the value of a map needs no separate record. */
final class StructUseCounter {
    private final Map<CType, Integer> values = new HashMap<>();
    private final Set<CType> parts = new HashSet<>();

    /** The types that are part of a key. Java compares arrays by identity, so keys have lists instead. */
    private final Set<CType> inKeys = new HashSet<>();

    /** Adds a type that is part of a key, with all that it contains. */
    void addKey(@Nullable CType key) {
        if (key != null && inKeys.add(key)) {
            key.parts().forEach(this::addKey);
        }
    }

    void addValue(@Nullable CType value) {
        if (value instanceof StructType struct) {
            values.merge(struct, 1, Integer::sum);
            struct.parts().forEach(this::addPart);
        } else if (value != null) {
            addPart(value);
        }
    }

    boolean isOnlyValue(StructType struct) {
        return values.getOrDefault(struct, 0) == 1 && !parts.contains(struct) && !isInKey(struct);
    }

    boolean isInKey(CType type) {
        return inKeys.contains(type);
    }

    /** Adds a type with a separate record: a part of another type, or the elements of a list or tree. */
    void addPart(CType type) {
        if (parts.add(type)) {
            type.parts().forEach(this::addPart);
        }
    }
}
