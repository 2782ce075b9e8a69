/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.Ipv4Prefix;
import java.net.Inet4Address;

/** Maps of each kind whose entries a view shows: structs in keys and in values, enums, addresses and numbers. */
@BpfObject("entry_views")
interface EntryViews {
    enum Kind {
        NEW,
        OLD
    }

    record Point(@U16 int x, @U16 int y) {
        static boolean rejectsZeros;

        public Point {
            if (rejectsZeros && x == 0) {
                throw new IllegalArgumentException("no point");
            }
        }
    }

    record Place(@U32 long street, @Be16 int port, Point corner) {}

    @InnerMap(maxEntries = 512)
    record Visit(@Key Place place, @U64 long count, Kind kind, Point last, Inet4Address from) {}

    @OuterMap(inner = Visit.class, maxEntries = 16)
    record Shop(@U32 long number) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 64)
    @SuppressWarnings("NM-507") // shows a number of 32 bits
    record Sale(@Key @U32 long id, @U32 long sum) {}

    @OuterMap(inner = Sale.class, maxEntries = 16)
    record Till(@U32 long number) {}

    @BpfMap(type = MapType.LRU_HASH, maxEntries = 512)
    record Price(@Key @U64 long id, @U32 long cents) {
        /** A price that can be written, but not read. */
        static final long ODD = 1313;

        static boolean rejectsOdd;

        public Price {
            if (rejectsOdd && cents == ODD) {
                throw new IllegalArgumentException("an odd price");
            }
        }
    }

    record Lane(@U32 long road, boolean isLeft) {}

    /** Its keys have a bool and padding. */
    @BpfMap(maxEntries = 16)
    record Lamp(@Key Lane lane, @U64 long count) {}

    record Route(@U32 long from, @U32 long to) {}

    /** An entry of numbers only, which the JIT can keep in registers. */
    @BpfMap(type = MapType.HASH, maxEntries = 64)
    record Hop(@Key Route route, @U64 long packets, @U64 long bytes) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 8, flags = MapFlag.MMAPABLE)
    record Slot(@Key @U32 int index, @U64 long count, @U8 int state) {}

    @BpfMap(type = MapType.QUEUE, maxEntries = 64)
    record Job(@U64 long id, @U8 int priority) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long number, Kind kind) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Blocked(@U64 long number, Ipv4Prefix net) {}

    /** An event with so many components that HotSpot calls its codec instead of compiling it into a caller. */
    @BpfMap(type = MapType.RINGBUF, maxEntries = 1 << 17)
    record Note(
            @U64 long time,
            @U64 long cgroup,
            @U64 long inode,
            @U64 long offset,
            @U64 long length,
            @U64 long latency,
            @U64 long flags,
            @U32 long pid,
            @U32 long cpu) {}
}
