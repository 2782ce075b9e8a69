/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Locale;

/** What a program does with a map through a helper of its own. */
enum Operation {
    LOOKUP,
    UPDATE,
    DELETE,
    LOOKUP_OR_INIT;

    /** The operations that the kernel lets programs do with a map of this kind, and that Nestmap has helpers for. */
    static List<Operation> of(MapKind kind) {
        return switch (kind) {
            case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH -> List.of(values());
            case ARRAY, PERCPU_ARRAY -> List.of(LOOKUP, UPDATE);
            case HASH_OF_MAPS, ARRAY_OF_MAPS -> List.of(LOOKUP);
            default -> List.of();
        };
    }

    /** Its part of a helper's name. */
    String suffix() {
        return "_" + name().toLowerCase(Locale.ROOT);
    }
}
