/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.InitialSlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the initial content of a map, {@code .values = { [4] = &gold }}. The compiler writes a relocation for each slot: here it puts the
 * address of {@code gold} into the fifth pointer of {@code .values} ({@code bpf_object__collect_map_relos} in libbpf).
 */
final class InitialSlotReader {
    private static final long POINTER_SIZE = 8;

    private final Btf btf;
    private final Map<String, Elf.Symbol> variables = new HashMap<>();
    private final NavigableMap<Long, String> relocations;

    /** @param elf the object file; empty for BTF without one, which has no slots */
    InitialSlotReader(Optional<Elf> elf, Btf btf) {
        this.btf = btf;
        this.relocations = elf.flatMap(
                        file -> file.section(BtfMapReader.SECTION).map(file::relocations))
                .orElseGet(TreeMap::new);
        elf.ifPresent(file -> file.symbols(
                        Elf.OBJECT_SYMBOL, section -> section.name().equals(BtfMapReader.SECTION))
                .forEach(symbol -> variables.put(symbol.name(), symbol)));
    }

    /**
     * Reads the slots of a map.
     *
     * @param valuesAt bytes from the start of the variable to slot 0
     */
    List<InitialSlot> read(String map, long valuesAt) {
        Elf.Symbol variable = variables.get(map);
        if (variable == null || variable.size() <= 0 || relocations.isEmpty()) {
            return List.of();
        }
        long start = variable.value();
        List<InitialSlot> slots = new ArrayList<>();
        Iterator<Map.Entry<Long, String>> rest =
                relocations.tailMap(start).entrySet().iterator();
        while (rest.hasNext()) {
            Map.Entry<Long, String> relocation = rest.next();
            String target = relocation.getValue();
            // Both numbers come from the file. Their sum could overflow. If their difference does, it is negative.
            long place = relocation.getKey() - start;
            if (place < 0 || place >= variable.size()) {
                break;
            }
            if (place < valuesAt || (place - valuesAt) % POINTER_SIZE != 0) {
                throw btf.malformed("map " + map + " has the address of " + NameTable.shown(target) + " at offset "
                        + place + ", which is not the start of a slot");
            }
            slots.add(new InitialSlot((place - valuesAt) / POINTER_SIZE, target));
            rest.remove(); // In a damaged file, many maps can be at the same place.
        }
        return slots;
    }
}
