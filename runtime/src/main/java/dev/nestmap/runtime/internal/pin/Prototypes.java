/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;

/**
 * Creates maps that show the kernel which inner maps an outer map accepts.
 *
 * @param records the schema of the records
 * @param schema the same schema with sizes that are set at load
 */
public record Prototypes(Schema records, Schema schema, MapFactory factory) {
    /** Creates prototypes for the outer maps of a schema. */
    public static Prototypes of(PinnedMaps maps) {
        return new Prototypes(maps.recordSchema(), maps.schema(), maps.factory());
    }

    /**
     * Creates the prototype that Nestmap pins beside an outer map. Its name is a fingerprint of the layout. It has the size of the inner
     * maps only if that size is set at load, because then no other pin records the size. The caller closes it.
     */
    public RawMap createToPin(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        MapShape shape = MapShape.of(inner);
        boolean hasSize = records.innerOf(outer).isSizedAtLoad() && !shape.isSizeOpen();
        MapShape prototype = hasSize ? shape : InnerMapSamples.shrunk(shape).requireSize();
        return factory.of(inner).create(prototype.withName(LayoutFingerprint.of(schema, outer)), null);
    }

    /**
     * Whether the barrier of a migration is pinned in place of the prototype. Then a migration has prepared all its pins, and has not moved
     * all of them.
     */
    public static boolean isBarrierPinned(Pins pins, PinPaths paths) {
        RawMap prototype = pins.open(paths.prototype(), PinAccess.READ_ONLY);
        if (prototype == null) {
            return false;
        }
        try {
            return prototype.shape().name().equals(LayoutFingerprint.NONE);
        } finally {
            prototype.close();
        }
    }

    /** Creates a prototype that libbpf passes to the kernel with an outer map, and that nobody pins. The caller closes it. */
    public RawMap createForLoad(MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        return factory.of(inner)
                .create(InnerMapSamples.shrunk(MapShape.of(inner)).requireSize(), null);
    }
}
