/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A program that stays attached, and jumps to the program of the current version. */
@BpfObject("stubbed")
@BpfProgram("stub")
@BpfProgram("count")
public interface Stubbed {
    /**
     * What distinguishes the versions.
     *
     * @param process id of the process whose calls are counted
     * @param version index of the counter
     */
    @Constants
    record Config(@U32 long process, @U32 long version) {}

    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 1, pin = "current")
    record Current(@Key @U32 long slot) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 2, pin = "calls")
    record Calls(@Key @U32 long version, @U64 long count) {}
}
