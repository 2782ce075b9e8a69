/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Files that threads open, counted per tenant. The programs that count are attached to different kinds of hooks. */
@BpfObject("attached")
interface Attached {
    /** A thread whose file opens are counted, and the tenant that it belongs to. */
    @BpfMap(maxEntries = 64)
    record Worker(@Key @U32 long thread, @U32 long tenant) {}

    @InnerMap(maxEntries = 64)
    record Opened(@Key @U32 long thread, @U64 long files) {}

    @OuterMap(inner = Opened.class, maxEntries = 4)
    record OpenedBy(@U32 long tenant) {}

    @OuterMap(inner = Opened.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record OpenedAt(@U32 int tenant) {}

    /** How a program counts in a per-CPU map. */
    enum Way {
        /** With the generated helper, which uses atomic instructions. */
        HELPER,
        /** Reads the count, calls a helper of the kernel, and writes the count. */
        PLAIN
    }

    /** Calls of all watched threads. */
    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 4)
    record Called(@Key Way way, @U64 long calls) {}

    @OuterMap(inner = Called.class, maxEntries = 4)
    record CalledBy(@U32 long tenant) {}

    /** Inode storage: how often a file was opened. */
    @InnerMap(type = MapType.INODE_STORAGE)
    record FileOpens(@U64 long opens) {}

    @OuterMap(inner = FileOpens.class, maxEntries = 4)
    record FileOpensBy(@U32 long tenant) {}

    /** Task storage: how many files a thread opened. */
    @InnerMap(type = MapType.TASK_STORAGE)
    record TaskFiles(@U64 long files) {}

    @OuterMap(inner = TaskFiles.class, maxEntries = 4)
    record TaskFilesBy(@U32 long tenant) {}
}
