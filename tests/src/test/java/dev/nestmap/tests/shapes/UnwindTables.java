/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerType;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** OpenTelemetry: one outer map for each size of table, from 2^8 to 2^23 entries. */
@BpfObject
interface UnwindTables {
    record StackDelta(@U16 int addrLow, @U16 int unwindInfo) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 8)
    record Delta8(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta8.class, maxEntries = 4096)
    record Deltas8(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 9)
    record Delta9(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta9.class, maxEntries = 4096)
    record Deltas9(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 10)
    record Delta10(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta10.class, maxEntries = 4096)
    record Deltas10(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 11)
    record Delta11(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta11.class, maxEntries = 4096)
    record Deltas11(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 12)
    record Delta12(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta12.class, maxEntries = 4096)
    record Deltas12(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 13)
    record Delta13(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta13.class, maxEntries = 4096)
    record Deltas13(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 14)
    record Delta14(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta14.class, maxEntries = 4096)
    record Deltas14(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 15)
    record Delta15(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta15.class, maxEntries = 4096)
    record Deltas15(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 16)
    record Delta16(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta16.class, maxEntries = 4096)
    record Deltas16(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 17)
    record Delta17(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta17.class, maxEntries = 4096)
    record Deltas17(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 18)
    record Delta18(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta18.class, maxEntries = 4096)
    record Deltas18(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 19)
    record Delta19(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta19.class, maxEntries = 4096)
    record Deltas19(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 20)
    record Delta20(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta20.class, maxEntries = 4096)
    record Deltas20(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 21)
    record Delta21(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta21.class, maxEntries = 4096)
    record Deltas21(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 22)
    record Delta22(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta22.class, maxEntries = 4096)
    record Deltas22(@U64 long file) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 1 << 23)
    record Delta23(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(inner = Delta23.class, maxEntries = 4096)
    record Deltas23(@U64 long file) {}
}
