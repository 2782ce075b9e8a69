/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.kernel.SpinLock;

/** Local storage of sockets, inodes, tasks and control groups: plain, and in both types of outer map. */
@BpfObject("storages")
interface Storages {
    @InnerMap(type = MapType.SK_STORAGE)
    record Session(@U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Session.class, maxEntries = 4)
    record SessionsBy(@U32 long tenant) {}

    @OuterMap(inner = Session.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record SessionsAt(@U32 int slot) {}

    @BpfMap(type = MapType.SK_STORAGE)
    record PlainSession(@U64 long packets, @U64 long bytes) {}

    @InnerMap(type = MapType.INODE_STORAGE)
    record Mark(@U32 long colour) {}

    @OuterMap(inner = Mark.class, maxEntries = 4)
    record MarksBy(@U32 long tenant) {}

    @OuterMap(inner = Mark.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record MarksAt(@U32 int slot) {}

    @BpfMap(type = MapType.INODE_STORAGE)
    record PlainMark(@U32 long colour) {}

    @InnerMap(type = MapType.TASK_STORAGE)
    record Job(@U64 long runs, @U32 long tenant) {}

    @OuterMap(inner = Job.class, maxEntries = 4)
    record JobsBy(@U32 long tenant) {}

    @OuterMap(inner = Job.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record JobsAt(@U32 int slot) {}

    @BpfMap(type = MapType.TASK_STORAGE)
    record PlainJob(@U64 long runs, @U32 long tenant) {}

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@U64 long left) {}

    @OuterMap(inner = Budget.class, maxEntries = 4)
    record BudgetsBy(@U32 long tenant) {}

    @OuterMap(inner = Budget.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record BudgetsAt(@U32 int slot) {}

    @BpfMap(type = MapType.CGRP_STORAGE)
    record PlainBudget(@U64 long left) {}

    /** Socket storage that the kernel clones when a listening socket accepts a connection. It is read and written under a lock. */
    @SpinLock
    @BpfMap(type = MapType.SK_STORAGE, flags = MapFlag.CLONE)
    record Quota(@U64 long used, @U64 long limit) {}
}
