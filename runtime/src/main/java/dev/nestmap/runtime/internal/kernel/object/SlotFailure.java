/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A slot that libbpf could not fill at load. Only libbpf's log names the slot: {@code map 'outer': failed to initialize slot [5] to map
 * 'gold' fd=5: -7} ({@code init_map_in_map_slots} and {@code init_prog_array_slots} in libbpf.c). libbpf 1.6 and newer write {@code -E2BIG}.
 *
 * @param map the map that has the slot
 * @param slot the slot's key
 * @param target the map or program that libbpf tried to put into it, such as {@code map gold}
 * @param errno the kernel's errno, a positive number
 */
record SlotFailure(String map, long slot, String target, int errno) {
    private static final Pattern LINE = Pattern.compile(
            "map '([^']+)': failed to initialize slot \\[(\\d{1,18})] to (map|prog) '([^']+)' fd=\\d+: -(\\d{1,9}|E\\w{1,20})");

    private static final Map<Integer, String> WHY = Map.of(
            ErrnoNumbers.E2BIG,
            "the map has no such index or is full: increase its max_entries",
            ErrnoNumbers.EINVAL,
            "the map does not accept it: an inner map needs the type, key size, value size and flags of its definition,"
                    + " an ARRAY also its max_entries, and a program needs the type of the map's other programs");

    /** The last slot failure in the log. */
    static Optional<SlotFailure> in(List<String> log) {
        return log.stream().flatMap(SlotFailure::of).reduce((first, second) -> second);
    }

    private static Stream<SlotFailure> of(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.find()
                ? Stream.of(new SlotFailure(
                        matcher.group(1),
                        Long.parseLong(matcher.group(2)),
                        (matcher.group(3).equals("map") ? "map " : "program ") + matcher.group(4),
                        LibbpfLog.errno(matcher.group(5))))
                : Stream.empty();
    }

    BpfException exception(String operation, List<String> log) {
        String why = WHY.getOrDefault(errno, "see libbpf's log below");
        return BpfException.of(operation)
                .map(map)
                .key(slot)
                .errno(errno)
                .because(target + " could not be put into slot " + slot + ": " + why)
                .log(log)
                .build();
    }
}
