/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps with other keys and values than those that are measured. A real process uses many maps, so the JIT sees many classes. */
@BpfObject("other_maps")
interface OtherMaps {
    record Path(@Size(16) String command, @U32 long device) {}

    @BpfMap(type = MapType.HASH, maxEntries = 64)
    record Opened(@Key Path path, @U64 long count) {}

    @BpfMap(type = MapType.HASH, maxEntries = 64)
    record Blocked(@Key @U64 long cgroup, @U64 long since) {}

    @BpfMap(type = MapType.LRU_HASH, maxEntries = 64)
    @SuppressWarnings("NM-507") // counts little
    record Recent(@Key int process, @U32 long count) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 64, flags = MapFlag.MMAPABLE)
    record Limit(@Key @U32 int index, @U32 long rate, @U32 long burst) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 64, flags = MapFlag.MMAPABLE)
    record Name(@Key @U32 int index, @Size(16) String name) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 1 << 16)
    record Signal(int process, @U64 long number) {}

    @InnerMap(maxEntries = 64)
    record Hit(@Key @U64 long inode, @U64 long count) {}

    @OuterMap(inner = Hit.class, maxEntries = 8)
    record Disk(@U64 long device) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 64, flags = MapFlag.MMAPABLE)
    record Row(@Key @U32 int index, @U64 long value) {}

    @OuterMap(inner = Row.class, maxEntries = 8)
    record Table(int id) {}
}
