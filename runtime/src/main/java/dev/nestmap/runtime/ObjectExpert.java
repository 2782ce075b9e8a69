/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.util.Comparator;
import java.util.List;

/** Facts about a loaded object that few services need. */
public final class ObjectExpert {
    private final LoadedObject object;

    ObjectExpert(LoadedObject object) {
        this.object = object;
    }

    /**
     * {@return the outer maps that the records of the generated class declare, and those that {@link LoadedObject#map} has returned, sorted by
     * their names}
     */
    public List<OuterAccessor<?, ?>> outerMaps() {
        return object.maps.values().stream()
                .<OuterAccessor<?, ?>>mapMulti((map, found) -> {
                    if (map instanceof OuterAccessor<?, ?> outer) {
                        found.accept(outer);
                    }
                })
                .sorted(Comparator.comparing(MapAccessor::name))
                .toList();
    }
}
