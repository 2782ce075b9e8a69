/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.btf.VariableEntry;
import dev.nestmap.runtime.internal.backend.SectionWrite;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the global variables of an object are: in which section, and at which offset.
 *
 * @param entries the places by the variables' names in C
 */
record GlobalPlaces(Map<String, VariableEntry> entries) {
    static final GlobalPlaces NONE = new GlobalPlaces(Map.of());

    /** Copies the map. */
    GlobalPlaces {
        entries = Map.copyOf(entries);
    }

    /** The places that the compiler chose. */
    static GlobalPlaces of(ObjectFile file) {
        return of(file.variables());
    }

    /** Places in memory: the variables of a section follow each other. */
    static GlobalPlaces inMemory(Schema schema) {
        List<VariableEntry> places = new ArrayList<>();
        Map<String, Long> ends = new LinkedHashMap<>();
        for (GlobalDef global : schema.globals()) {
            long alignment = global.type().alignment();
            long offset = (ends.getOrDefault(global.section(), 0L) + alignment - 1) / alignment * alignment;
            places.add(new VariableEntry(global.name(), global.section(), offset));
            ends.put(global.section(), offset + global.type().size());
        }
        return of(places);
    }

    private static GlobalPlaces of(List<VariableEntry> places) {
        Map<String, VariableEntry> entries = new LinkedHashMap<>();
        places.forEach(place -> entries.put(place.name(), place));
        return new GlobalPlaces(entries);
    }

    Optional<VariableEntry> of(String name) {
        return Optional.ofNullable(entries.get(name));
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
        List<SectionWrite> writes = writes(values);
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
    List<SectionWrite> writes(Map<String, byte[]> values) {
        List<SectionWrite> writes = new ArrayList<>();
        values.forEach((name, bytes) -> {
            VariableEntry place = place(name);
            writes.add(new SectionWrite(place.section(), place.offset(), bytes));
        });
        return writes;
    }

    private VariableEntry place(String name) {
        return of(name).orElseThrow(() -> new IllegalArgumentException("the object has no variable " + name));
    }
}
