/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;

/** scx_qmap: five queues of tasks in the slots of an array. */
@BpfObject
interface TaskQueues {
    @InnerMap(type = MapType.QUEUE, maxEntries = 4096)
    record Task(@U32 long pid) {}

    @Slot(key = 0, name = "queue0")
    @Slot(key = 1, name = "queue1")
    @Slot(key = 2, name = "queue2")
    @Slot(key = 3, name = "queue3")
    @Slot(key = 4, name = "queue4")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Task.class, maxEntries = 5)
    record Queues(@U32 int priority) {}
}
