/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;

/** Compares the maps of records with those of the object that was compiled with their header: BTF can't express all of them. */
class ObjectMapComparison extends MapComparison {
    ObjectMapComparison(Schema declared, Schema actual, TypeComparison types) {
        super(declared, actual, types);
    }

    /** An object has no unused definition of inner maps. */
    @Override
    final boolean isOutermost(MapDef map) {
        return map.role() != MapRole.INNER;
    }

    /** Either side may leave the size to the load. */
    @Override
    MapDef complete(MapDef map, MapDef other) {
        return map.maxEntries() == 0 || other.maxEntries() == 0 ? map.withMaxEntries(other.maxEntries()) : map;
    }

    /** The kernel reads the key of an array as an index, so only its size counts. */
    @Override
    final void key(DifferenceLocation where, MapDef map, MapDef other) {
        // A perf event array has keys and values of 4 bytes in BTF,
        // whatever its records are, or the kernel would refuse it.
        boolean isPerfStreamInBtf = map.isStream() && !other.isStream() && map.kind() == other.kind();
        if (map.kind().keyRule().isNumber() && map.key() != null && other.key() != null) {
            types.sizes(where, map.key(), other.key());
        } else if (!isPerfStreamInBtf) {
            types.part(where, map.key(), other.key());
        }
    }

    @Override
    void value(DifferenceLocation where, MapDef map, MapDef other) {
        if (isDescriptor(map) && map.value() != null && other.value() != null) {
            types.sizes(where, map.value(), other.value());
        } else if (!map.isStream() || (map.value() != null && other.isStream() && other.value() != null)) {
            // Usually BTF has no type for the events of a stream, and a record may leave it open.
            types.part(where, map.value(), other.value());
        }
    }

    /** Whether the values are file descriptors. libbpf creates the map without their type, so the sign makes no difference. */
    static boolean isDescriptor(MapDef map) {
        return map.kind().descriptorSize() > 0 && !map.isStream();
    }
}
