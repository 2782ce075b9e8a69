/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.pin.AutoPins;
import dev.nestmap.runtime.pin.Migration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Facts about a loaded object that few services need. */
public final class ObjectExpert {
    private final LoadedObject object;

    ObjectExpert(LoadedObject object) {
        this.object = object;
    }

    /**
     * {@return the outcome for each pin that the object itself declares ({@code LIBBPF_PIN_BY_NAME}), in the order of its maps} Nestmap
     * also logs each outcome at level INFO.
     */
    public List<AutoPins.Result> autoPins() {
        return object.binding.state().autoPins();
    }

    /** {@return the outer maps that the records of the object declare, sorted by their names} */
    public List<OuterAccessor<?, ?, ?>> outerMaps() {
        return object.maps.values().stream()
                .<OuterAccessor<?, ?, ?>>mapMulti((map, found) -> {
                    if (map instanceof OuterAccessor<?, ?, ?> outer) {
                        found.accept(outer);
                    }
                })
                .sorted(Comparator.comparing(MapAccessor::name))
                .toList();
    }

    /**
     * {@return the result of each migration that the load has made, by the names of the maps in C} A map that is drained has no copied entries.
     */
    public Map<String, Migration.Result> migrated() {
        return object.binding.state().migrated();
    }
}
