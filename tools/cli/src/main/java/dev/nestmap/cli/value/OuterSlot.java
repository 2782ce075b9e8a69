/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A slot of a map of maps.
 *
 * @param key the key
 * @param id id of the inner map
 */
public record OuterSlot(BtfValue key, int id) {
    private static final int MOST_ATTEMPTS = 10;

    /** The slots of a map of maps that are not empty, by key. */
    public static List<OuterSlot> of(DecodedMapView outer) {
        List<OuterSlot> slots = new ArrayList<>();
        outer.map().forEach(entry -> slots.add(new OuterSlot(outer.key(entry.key()), id(entry))));
        slots.sort((a, b) -> MapBytesReader.compare(a.key(), b.key()));
        return slots;
    }

    /** The ids of the inner maps in the slots of a map of maps. */
    public static Set<Integer> ids(UntypedMap outer) {
        Set<Integer> ids = new HashSet<>();
        outer.forEach(entry -> ids.add(id(entry)));
        return ids;
    }

    /** The id of the inner map in an entry of a map of maps. */
    public static int id(UntypedMap.Entry entry) {
        return (int) MapBytesReader.nativeNumber(entry.value().toBytes());
    }

    /** How often each inner map occurs in the slots. */
    public static Map<Integer, List<OuterSlot>> byId(List<OuterSlot> slots) {
        Map<Integer, List<OuterSlot>> ids = new HashMap<>();
        slots.forEach(
                slot -> ids.computeIfAbsent(slot.id(), id -> new ArrayList<>()).add(slot));
        return ids;
    }

    /**
     * Opens the inner map in this slot of an outer map. If it was replaced since the slots were listed, opens its successor: a service may
     * rotate its maps faster than a command reads them.
     *
     * @return the inner map; null if the slot is empty now. The caller closes it
     */
    public UntypedMap.@Nullable Owned openIn(UntypedMap outer) {
        int current = id;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            UntypedMap.Owned inner = outer.openInner(current);
            if (inner != null) {
                return inner;
            }
            UntypedMap.Entry entry = outer.get(key.bytes());
            if (entry == null) {
                return null;
            }
            current = id(entry);
        }
        return null;
    }

    /** The key as it is shown. */
    public String title() {
        return OutputField.inOneLine(OutputField.of(key));
    }
}
