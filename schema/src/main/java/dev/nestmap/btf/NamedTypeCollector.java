/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the types with a tag, each once, in the order in which they were added. BTF can define a tag several times: in different scopes,
 * or after linking several objects. Equal definitions are kept once, and all different definitions are kept.
 */
final class NamedTypeCollector {
    /** Maximum number of different definitions of one tag. Without a limit, comparing them could take very long. */
    private static final int MAX_PER_TAG = 4;

    private final List<NamedType> all = new ArrayList<>();
    private final Map<String, List<NamedType>> byTag = new HashMap<>();

    /** Adds a type if it has a tag and is new. */
    <T extends NamedType> T add(T type) {
        if (!type.name().isEmpty()) {
            List<NamedType> sameTag = byTag.computeIfAbsent(type.name(), tag -> new ArrayList<>());
            if (sameTag.size() < MAX_PER_TAG && !sameTag.contains(type)) {
                sameTag.add(type);
                all.add(type);
            }
        }
        return type;
    }

    List<NamedType> all() {
        return List.copyOf(all);
    }
}
