/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;

/** The kinds of the two schemas in a comparison, which determine the parts that one side may leave out. */
enum ComparisonMode {
    /** The records, and an object that was compiled with their header. The object may lack what BTF can't express. */
    OBJECT,
    /**
     * The records, and somebody else's object. The records may also leave out sizes, flags and slots, use other names, and read the same
     * bytes in another way.
     */
    FOREIGN_OBJECT,
    /** Two versions of the records. Both are fully known, so every difference counts. */
    VERSIONS;

    /** The declared map, with the attributes of the other one where the declared side may leave them out. */
    MapDef complete(MapDef declared, MapDef other) {
        if (this == VERSIONS) {
            return declared;
        }
        MapDef complete = declared;
        if (this == FOREIGN_OBJECT) {
            complete = declared.completedFrom(other)
                    .withSlots(declared.slots().isEmpty() ? other.slots() : declared.slots());
        }
        return declared.maxEntries() == 0 || other.maxEntries() == 0
                ? complete.withMaxEntries(other.maxEntries())
                : complete;
    }

    boolean isForeign() {
        return this == FOREIGN_OBJECT;
    }

    boolean isOfVersions() {
        return this == VERSIONS;
    }
}
