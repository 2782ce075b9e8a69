/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.SlotContents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads what {@code .values = { [4] = &gold }} puts into a map. The compiler leaves a relocation for it: at the place of the
 * fifth pointer in the variable the address of {@code gold} ({@code bpf_object__collect_map_relos} in libbpf).
 */
final class BtfSlotReader {
    private static final long POINTER_SIZE = 8;

    private final Btf btf;
    private final Map<String, Elf.Symbol> variables = new HashMap<>();
    private final NavigableMap<Long, String> relocations;

    BtfSlotReader(Elf elf, Btf btf) {
        this.btf = btf;
        elf.symbols(Elf.OBJECT_SYMBOL, section -> section.name().equals(BtfMapReader.SECTION))
                .forEach(symbol -> variables.put(symbol.name(), symbol));
        this.relocations =
                elf.section(BtfMapReader.SECTION).map(elf::relocations).orElseGet(TreeMap::new);
    }

    /**
     * What is in the slots of a map.
     *
     * @param valuesAt bytes from the variable's start to its first slot
     */
    SlotContents read(String map, long valuesAt) {
        Elf.Symbol variable = variables.get(map);
        if (variable == null || variable.size() <= 0 || relocations.isEmpty()) {
            return SlotContents.NONE;
        }
        long start = variable.value();
        List<SlotContents.Slot> slots = new ArrayList<>();
        // Both are the file's: unlike their sum their difference has a meaning, whatever they are.
        relocations.tailMap(start).forEach((at, target) -> {
            long place = at - start;
            if (place < 0 || place >= variable.size()) {
                return;
            }
            if (place < valuesAt || (place - valuesAt) % POINTER_SIZE != 0) {
                throw btf.malformed("map " + map + " has the address of " + target + " at offset " + place
                        + ", where there is no slot");
            }
            slots.add(new SlotContents.Slot(List.of((place - valuesAt) / POINTER_SIZE), target));
        });
        return SlotContents.ofObject(slots);
    }
}
