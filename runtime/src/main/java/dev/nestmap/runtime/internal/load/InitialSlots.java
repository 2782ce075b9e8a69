/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.schema.InitialSlot;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The slots of outer maps that libbpf fills when it loads an existing object. */
final class InitialSlots {
    private InitialSlots() {}

    /**
     * Rejects the pin of an outer map with such slots. A later load would not fill the slots again, so the inner maps that its programs use by
     * their names would be in no slot.
     *
     * @param operation names the load in messages
     */
    static void requireNone(String operation, MapDef outer) {
        if (hasSlots(outer)) {
            String slots = outer.slots().stream()
                    .map(slot -> slot.index() + ": " + slot.target())
                    .collect(Collectors.joining(", "));
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .map(outer.name())
                    .because(ErrorTable.message("SLOTS_ARE_FILLED", slots));
        }
    }

    /** Lets the outer maps of an object know the maps that are in their slots. */
    static void adopt(LoadedState object, Schema completed) {
        List<MapDef> filled =
                completed.maps().stream().filter(InitialSlots::hasSlots).toList();
        for (MapDef outer : filled) {
            Nest nest = nest(object, outer);
            for (InitialSlot slot : outer.slots()) {
                nest.adopt(key(slot), object.handle(slot.target()), object.isUsedByName(slot.target()));
            }
            filled.stream()
                    .filter(other -> !other.equals(outer) && !Collections.disjoint(targets(other), targets(outer)))
                    .forEach(
                            other -> nest.slots().searchAlso(nest(object, other).slots()));
        }
    }

    private static Nest nest(LoadedState object, MapDef outer) {
        return Objects.requireNonNull(object.nest(outer.name()), "the object was compared with its schema");
    }

    private static Set<String> targets(MapDef outer) {
        return outer.slots().stream().map(InitialSlot::target).collect(Collectors.toSet());
    }

    /** Whether libbpf puts inner maps into its slots. It fills a program array each time, also if it is pinned. */
    private static boolean hasSlots(MapDef map) {
        return map.role() == MapRole.OUTER && !map.slots().isEmpty();
    }

    /** libbpf writes an index of 4 bytes as the key, whatever its type is ({@code init_map_in_map_slots} in libbpf.c). */
    private static SlotKey key(InitialSlot slot) {
        ByteBuffer key = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        return new SlotKey(slot.index(), key.putInt((int) slot.index()).array());
    }
}
