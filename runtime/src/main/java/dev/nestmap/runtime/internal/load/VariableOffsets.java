/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.VariablePlace;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The section and the offset of each global variable of an object.
 *
 * @param places by the variables' names in C
 */
record VariableOffsets(Map<String, VariablePlace> places) {
    static final VariableOffsets NONE = new VariableOffsets(Map.of());

    /** Copies the map. */
    VariableOffsets {
        places = Map.copyOf(places);
    }

    /** The variables of an object in memory, with the offsets that its backend chose. */
    static VariableOffsets inMemory(Schema schema, Map<String, Long> offsets) {
        return of(schema.globals().stream()
                .map(global -> new VariablePlace(
                        global.name(), global.section(), Objects.requireNonNull(offsets.get(global.name()))))
                .toList());
    }

    static VariableOffsets of(List<VariablePlace> variables) {
        Map<String, VariablePlace> places = new LinkedHashMap<>();
        variables.forEach(place -> places.put(place.name(), place));
        return new VariableOffsets(places);
    }

    Optional<VariablePlace> of(String name) {
        return Optional.ofNullable(places.get(name));
    }

    /** The changes that give variables these values, by their names. */
    List<LoadPlan.Write> writes(Map<String, byte[]> values) {
        List<LoadPlan.Write> writes = new ArrayList<>();
        values.forEach((name, bytes) -> {
            VariablePlace place = place(name);
            writes.add(new LoadPlan.Write(place.section(), place.offset(), bytes));
        });
        return writes;
    }

    private VariablePlace place(String name) {
        return of(name).orElseThrow(() -> new IllegalArgumentException("the object has no variable " + name));
    }
}
