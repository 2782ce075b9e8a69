/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The slots of an outer map that hold one inner map.
 *
 * @param id the kernel's id of the inner map
 * @param slots the slots that hold it, at least one
 */
public record InnerMapSlots(int id, List<SlotKey> slots) {
    /** Reads the inner maps of an outer map, each once. */
    public static List<InnerMapSlots> of(RawMap outer, KeyFileNames names) {
        Map<Integer, InnerMapSlots> byId = new HashMap<>();
        int size = outer.shape().keySize();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ByteBuffer keys = scan.batch().keys().bytes();
            for (int i = 0; i < scan.batch().count(); i++) {
                byte[] key = new byte[size];
                keys.get(i * size, key);
                int id = scan.batch().values().bytes().getInt(i * Integer.BYTES);
                byId.computeIfAbsent(id, any -> new InnerMapSlots(id, new ArrayList<>()))
                        .slots()
                        .add(new SlotKey(names.name(key), key));
            }
        }
        return List.copyOf(byId.values());
    }

    /** The ids of inner maps. */
    public static Set<Integer> ids(List<InnerMapSlots> inners) {
        return inners.stream().map(InnerMapSlots::id).collect(Collectors.toSet());
    }
}
