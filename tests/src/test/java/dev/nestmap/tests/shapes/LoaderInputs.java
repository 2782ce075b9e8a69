/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;

/** cilium/ebpf: maps that test its loader, in both byte orders, with a slot after a gap. */
@BpfObject
interface LoaderInputs {
    @InnerMap(maxEntries = 1)
    record Entry(@Key @U32 long number, int value) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Entry.class, maxEntries = 1)
    record OuterMapOfOne(@U32 long index) {}

    @Slot(key = 1, name = "inner_map")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Entry.class, maxEntries = 2)
    record OuterMapOfTwo(@U32 long index) {}
}
