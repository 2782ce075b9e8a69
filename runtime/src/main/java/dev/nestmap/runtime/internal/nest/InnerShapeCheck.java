/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import org.jspecify.annotations.Nullable;

/** Rejects inner maps that the kernel does not accept in an outer map, or that would not work there. */
final class InnerShapeCheck {
    private static final MapShape PROBE = new MapShape("probe", MapKind.ARRAY_OF_MAPS, 4, 4, 1, 0);

    private final String outer;
    private final MapShape declared;
    private final InnerMapDescriptors descriptors;
    private final MapFactory factory;

    /**
     * @param outer name of the outer map
     * @param declared the shape of inner maps as the records declare it
     */
    InnerShapeCheck(String outer, MapShape declared, InnerMapDescriptors descriptors, MapFactory factory) {
        this.outer = outer;
        this.declared = declared;
        this.descriptors = descriptors;
        this.factory = factory;
    }

    /** Rejects the shape of a new map. */
    void requireCreatable(MapShape shape) {
        requireCompatible("creation of an inner map", null, shape, "create it with the declared number of entries");
    }

    /**
     * Rejects the shape of a map. Nothing has changed yet.
     *
     * @param remedy what the caller can do
     */
    void requireCompatible(String operation, @Nullable SlotKey slot, MapShape shape, String remedy) {
        InnerMapCompatibility.difference(declared, shape)
                .filter(difference -> !InnerMapCompatibility.isUsable(declared, shape) || !isAccepted(shape))
                .ifPresent(difference -> {
                    throw BpfException.of(Reason.MISMATCH, operation)
                            .map(outer)
                            .key(slot == null ? null : slot.key())
                            .because("the map differs from the declared inner map: " + difference + "; " + remedy)
                            .build();
                });
    }

    /**
     * Asks the kernel, with new maps of the same shapes, whether an outer map accepts an inner map that differs. An update of the outer map
     * itself would put the map into a slot. False if this process can't create the new maps.
     */
    private boolean isAccepted(MapShape shape) {
        // The kernel accepts no BTF types for an outer map, after which a factory creates no more maps with types.
        MapFactory untyped = factory.of(PROBE.definition(PROBE.name(), MapRole.OUTER, null, null, null));
        try (OpenMap prototype = descriptors.create(declared);
                OpenMap inner = descriptors.create(shape);
                RawMap asked = untyped.create(PROBE, prototype.raw())) {
            return asked.update(OffHeapBlock.allocate(Integer.BYTES), 0, inner.raw(), RawMap.ANY) == 0;
        } catch (BpfException e) {
            return false;
        }
    }
}
