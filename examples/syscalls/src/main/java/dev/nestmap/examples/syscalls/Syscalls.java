/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

@BpfObject("syscalls")
@BpfProgram(value = "count", section = "raw_tp/sys_enter")
public interface Syscalls {
    /** Length of the arrays, above the largest number that Linux uses. The last element counts all numbers that do not fit. */
    int NUMBERS = 512;

    /** How often a user made a system call. */
    @InnerMap(type = MapType.ARRAY, maxEntries = NUMBERS)
    record Call(@Key @U32 long number, @U64 long count) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Call.class, maxEntries = 1024)
    record User(@U32 long uid) {}
}
