/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** OpenTelemetry: one outer map per size of table, from 2^8 to 2^23 entries. */
@BpfObject
interface UnwindTables {
    record StackDelta(@U16 int addrLow, @U16 int unwindInfo) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 1 << 8)
    record Delta(@Key @U32 long index, StackDelta delta) {}

    @OuterMap(name = "exe_id_to_8_stack_deltas", inner = Delta.class, maxEntries = 4096)
    @OuterMap(name = "exe_id_to_9_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 9)
    @OuterMap(name = "exe_id_to_10_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 10)
    @OuterMap(name = "exe_id_to_11_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 11)
    @OuterMap(name = "exe_id_to_12_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 12)
    @OuterMap(name = "exe_id_to_13_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 13)
    @OuterMap(name = "exe_id_to_14_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 14)
    @OuterMap(name = "exe_id_to_15_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 15)
    @OuterMap(name = "exe_id_to_16_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 16)
    @OuterMap(name = "exe_id_to_17_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 17)
    @OuterMap(name = "exe_id_to_18_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 18)
    @OuterMap(name = "exe_id_to_19_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 19)
    @OuterMap(name = "exe_id_to_20_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 20)
    @OuterMap(name = "exe_id_to_21_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 21)
    @OuterMap(name = "exe_id_to_22_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 22)
    @OuterMap(name = "exe_id_to_23_stack_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1 << 23)
    record ExeId(@U64 long file) {}
}
