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
 * The section and the offset of each global variable of an object.
 *
 * @param entries by the variables' names in C
 */
record VariableOffsets(Map<String, VariableEntry> entries) {
    static final VariableOffsets NONE = new VariableOffsets(Map.of());

    /** Copies the map. */
    VariableOffsets {
        entries = Map.copyOf(entries);
    }

    /** The offsets that the compiler chose, from the symbols of the object file. */
    static VariableOffsets of(ObjectFile file) {
        return of(file.variables());
    }

    /** Offsets for an object in memory, which no compiler has laid out: the variables of a section follow each other. */
    static VariableOffsets inMemory(Schema schema) {
        List<VariableEntry> offsets = new ArrayList<>();
        Map<String, Long> ends = new LinkedHashMap<>();
        for (GlobalDef global : schema.globals()) {
            long alignment = global.type().alignment();
            long offset = (ends.getOrDefault(global.section(), 0L) + alignment - 1) / alignment * alignment;
            offsets.add(new VariableEntry(global.name(), global.section(), offset));
            ends.put(global.section(), offset + global.type().size());
        }
        return of(offsets);
    }

    private static VariableOffsets of(List<VariableEntry> offsets) {
        Map<String, VariableEntry> entries = new LinkedHashMap<>();
        offsets.forEach(entry -> entries.put(entry.name(), entry));
        return new VariableOffsets(entries);
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
                    entry(global.name()).offset() + global.type().size(),
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
            VariableEntry entry = entry(name);
            writes.add(new SectionWrite(entry.section(), entry.offset(), bytes));
        });
        return writes;
    }

    private VariableEntry entry(String name) {
        return of(name).orElseThrow(() -> new IllegalArgumentException("the object has no variable " + name));
    }
}
