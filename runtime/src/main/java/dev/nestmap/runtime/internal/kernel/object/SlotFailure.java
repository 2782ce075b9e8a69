/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * A slot that libbpf could not fill at load. Only libbpf's log names the slot: {@code map 'outer': failed to initialize slot [5] to map
 * 'gold' fd=5: -7}.
 *
 * @param map the map that has the slot
 * @param slot the slot's key
 * @param target the map or program that libbpf tried to put into it, such as {@code map gold}
 * @param errno the kernel's errno, a positive number
 */
record SlotFailure(String map, long slot, String target, int errno) {
    private static final Map<Integer, String> WHY = Map.of(
            ErrnoNumbers.E2BIG,
            "the map has no such index or is full: increase its max_entries",
            ErrnoNumbers.EINVAL,
            "the map does not accept it. An inner map must have the type, key size, value size and flags of its definition, and an ARRAY "
                    + "also its max_entries. A program must have the type and the attach type of the map's other programs; its section names both");

    /** The last slot failure in the log. */
    static Optional<SlotFailure> in(List<String> log) {
        return LibbpfLine.REFUSED_SLOT.in(log).map(SlotFailure::of).reduce((first, second) -> second);
    }

    private static SlotFailure of(Matcher line) {
        return new SlotFailure(
                line.group("map"),
                Long.parseLong(line.group("slot")),
                (line.group("kind").equals("map") ? "map " : "program ") + line.group("target"),
                LibbpfLine.errno(line));
    }

    BpfException exception(String operation, List<String> log) {
        String why = WHY.getOrDefault(errno, "see libbpf's log below");
        return BpfException.of(errno, operation)
                .map(map)
                .key(slot)
                .log(log)
                .because(target + " could not be put into slot " + slot + ": " + why);
    }
}
