/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.btf.VariablePlace;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** The offsets that the compiler chose, from the symbols of the object file. */
    static VariableOffsets of(ObjectFile file) {
        return of(file.variables());
    }

    /** Offsets for an object in memory, which no compiler has laid out: the variables of a section follow each other. */
    static VariableOffsets inMemory(Schema schema) {
        List<VariablePlace> offsets = new ArrayList<>();
        Map<String, Long> ends = new LinkedHashMap<>();
        for (GlobalDef global : schema.globals()) {
            long alignment = global.type().alignment();
            long offset = (ends.getOrDefault(global.section(), 0L) + alignment - 1) / alignment * alignment;
            offsets.add(new VariablePlace(global.name(), global.section(), offset));
            ends.put(global.section(), offset + global.type().size());
        }
        return of(offsets);
    }

    private static VariableOffsets of(List<VariablePlace> offsets) {
        Map<String, VariablePlace> places = new LinkedHashMap<>();
        offsets.forEach(place -> places.put(place.name(), place));
        return new VariableOffsets(places);
    }

    Optional<VariablePlace> of(String name) {
        return Optional.ofNullable(places.get(name));
    }

    /** The initial bytes of each section in memory, if these variables have values and all others are zero. */
    Map<String, byte[]> contents(Schema schema, Map<String, byte[]> values) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (GlobalDef global : schema.globals()) {
            sizes.merge(
                    global.section(),
                    place(global.name()).offset() + global.type().size(),
                    Long::max);
        }
        List<LoadPlan.Write> writes = writes(values);
        Map<String, byte[]> contents = new LinkedHashMap<>();
        sizes.forEach((section, size) -> {
            byte[] content = new byte[Math.toIntExact(size)];
            writes.stream()
                    .filter(write -> write.section().equals(section))
                    .forEach(write -> System.arraycopy(
                            write.bytes(), 0, content, Math.toIntExact(write.offset()), write.bytes().length));
            contents.put(section, content);
        });
        return contents;
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
