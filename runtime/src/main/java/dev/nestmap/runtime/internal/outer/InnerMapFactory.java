/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.runtime.internal.map.SlotKey;
import org.jspecify.annotations.Nullable;

/** Creates inner maps for one outer map, and checks that a map may be put into it. */
final class InnerMapFactory {
    private final OpenMap outer;
    private final MapShape declared;
    private final MapFactory factory;
    private final Descriptors descriptors;

    /** @param declared the shape of inner maps as the records declare it */
    InnerMapFactory(OpenMap outer, MapShape declared, MapFactory factory, Descriptors descriptors) {
        this.outer = outer;
        this.declared = declared;
        this.factory = factory;
        this.descriptors = descriptors;
    }

    /** The shape of inner maps as the records declare it. */
    MapShape declared() {
        return declared;
    }

    /** The size of an entry's value in bytes; for a per-CPU map the size of the values of all CPUs together. */
    int valueBytes() {
        return declared.valueBytes(factory::possibleCpus);
    }

    /** Creates an empty map of the declared shape. */
    OpenMap create() {
        return create(declared);
    }

    /** Creates an empty map. */
    OpenMap create(MapShape shape) {
        // The factory uses the object that the outer map belongs to, which is open as long as the outer map is.
        return descriptors.creating(() ->
                outer.whileValid(() -> new OpenMap(declared.name(), factory.create(shape.requireSize(), null))));
    }

    /**
     * Creates an empty map with the name and size of another one. Other attributes are the declared ones, because the kernel does
     * not report all of them: neither the NUMA node nor the access flags. If this process reads events of the other map, it
     * also reads those of the new one, so that no event of a program is lost.
     */
    OpenMap createLike(RawMap other) {
        MapShape shape = other.shape();
        OpenMap created = create(declared.withName(shape.name())
                .withMaxEntries(shape.maxEntries())
                .withExtra(shape.extra()));
        int bufferSize = other.stream().bufferSize();
        if (bufferSize > 0) {
            try {
                created.stream().openBuffers(bufferSize);
            } catch (RuntimeException e) {
                created.close();
                throw e;
            }
        }
        return created;
    }

    /**
     * Rejects a map that the kernel would not accept in the outer map.
     *
     * @param remedy what the caller can do
     */
    void requireCompatible(String operation, @Nullable SlotKey slot, MapShape shape, String remedy) {
        ShapeComparison.difference(declared, shape).ifPresent(difference -> {
            throw BpfException.of(operation)
                    .map(outer.shape().name())
                    .key(slot == null ? null : slot.key())
                    .because("the map differs from the declared inner map: " + difference + "; " + remedy)
                    .build();
        });
    }
}
