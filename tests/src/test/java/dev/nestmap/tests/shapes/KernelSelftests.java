/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.annotations.kernel.Timer;

/** Linux: inner maps of the kernel's selftests, with different types and attributes. */
@BpfObject
interface KernelSelftests {
    @InnerMap(type = MapType.BLOOM_FILTER, maxEntries = 1000, mapExtra = 5)
    record Seen(@U32 long number) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Seen.class, maxEntries = 1)
    record Filters(@U32 int index) {}

    @InnerMap(type = MapType.REUSEPORT_SOCKARRAY, maxEntries = 1)
    record Socket(@Key @U32 int index) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Socket.class, maxEntries = 1)
    record Sockets(@U32 int index) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 128, numaNode = 0)
    record Recent(@Key @U32 long number, @U64 long count) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Recent.class, maxEntries = 1)
    record Recents(@U32 int index) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 3, flags = MapFlag.INNER_MAP)
    record Resized(@Key @U32 long index, int number) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Resized.class, maxEntries = 3)
    record ResizedAt(@U32 int index) {}

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 2)
    record Counter(@Key @U32 int index, @U64 long count) {}

    @OuterMap(inner = Counter.class, maxEntries = 2)
    record Counters(int index) {}

    @Timer
    @InnerMap(type = MapType.ARRAY, maxEntries = 1)
    @SuppressWarnings("NM-507") // the kernel's selftest declares it so
    record Timed(@Key @U32 int index, int counter) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Timed.class, maxEntries = 2)
    record TimedAt(@U32 int index) {}

    @InnerMap(type = MapType.TASK_STORAGE)
    record Stored(@U64 long number) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Stored.class, maxEntries = 1)
    record StoredAt(@U32 int index) {}

    @SpinLock
    @InnerMap(type = MapType.ARRAY, maxEntries = 1)
    @SuppressWarnings("NM-507") // the kernel's selftest declares it so
    record Locked(@Key @U32 int index, int counter) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Locked.class, maxEntries = 2)
    record LockedAt(@U32 int index) {}
}
