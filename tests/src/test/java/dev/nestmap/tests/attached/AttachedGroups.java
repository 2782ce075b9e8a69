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

/** System calls counted per control group. Control groups have local storage since Linux 6.2. */
@BpfObject("attached_groups")
interface AttachedGroups {
    /** A watched thread, and the number of the system call to count. */
    @BpfMap(maxEntries = 4)
    record Caller(
            @Key @U32 long thread, @U32 long tenant, @U32 long call) {}

    /** Control group storage. */
    @InnerMap(type = MapType.CGRP_STORAGE)
    record Calls(@U64 long number) {}

    @OuterMap(inner = Calls.class, maxEntries = 4)
    record CallsBy(@U32 long tenant) {}
}
