/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Per-CPU maps: plain, and in both types of outer map. */
@BpfObject("per_cpu")
interface PerCpu {
    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 64)
    record Hit(@Key @U32 long id, @U64 long packets, @U32 long size) {
        public Hit combine(Hit other) {
            return new Hit(id, packets + other.packets, Math.max(size, other.size));
        }
    }

    /** A value whose size is not a multiple of 8 bytes. It has no rule to reduce the values of the CPUs. */
    @InnerMap(type = MapType.LRU_PERCPU_HASH, maxEntries = 64)
    record Last(@Key @U32 long id, @U32 long seen) {}

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Slot(@Key @U32 int index, @U64 long count) {
        public Slot combine(Slot other) {
            return new Slot(index, count + other.count);
        }
    }

    @OuterMap(inner = Hit.class, maxEntries = 8)
    record HitsBy(@U32 long tenant) {}

    @OuterMap(inner = Hit.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record HitsAt(@U32 int index) {}

    @OuterMap(inner = Last.class, maxEntries = 8)
    record LastsBy(@U32 long tenant) {}

    @OuterMap(inner = Last.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record LastsAt(@U32 int index) {}

    @OuterMap(inner = Slot.class, maxEntries = 8)
    record SlotsBy(@U32 long tenant) {}

    @OuterMap(inner = Slot.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record SlotsAt(@U32 int index) {}

    @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 64)
    record PlainHit(@Key @U32 long id, @U64 long packets) {
        public PlainHit combine(PlainHit other) {
            return new PlainHit(id, packets + other.packets);
        }
    }

    @BpfMap(type = MapType.LRU_PERCPU_HASH, maxEntries = 64)
    record PlainLast(@Key @U32 long id, @U32 long seen) {}

    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record PlainSlot(@Key @U32 int index, @U64 long count) {}
}
