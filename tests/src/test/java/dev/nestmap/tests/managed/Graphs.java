/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.kernel.Kptr;
import dev.nestmap.annotations.kernel.ListHead;
import dev.nestmap.annotations.kernel.ListNode;
import dev.nestmap.annotations.kernel.RbNode;
import dev.nestmap.annotations.kernel.RbRoot;
import dev.nestmap.annotations.kernel.Refcount;
import dev.nestmap.annotations.kernel.SpinLock;

/** Values that hold objects of the kernel and objects that programs allocate: lists, trees and kptrs. */
@BpfObject("graphs")
public interface Graphs {
    /** An object that programs allocate. */
    @ListNode
    @RbNode
    @Refcount
    @BpfType
    record Packet(@U32 long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @RbRoot(name = "tree", contains = Packet.class)
    @InnerMap(type = MapType.ARRAY, maxEntries = 2)
    record Queue(@Key @U32 int index, @U64 long pushed) {}

    @Kptr(name = "task", target = "task_struct")
    @Kptr(name = "other", target = "task_struct", untrusted = true, before = "set")
    @InnerMap(maxEntries = 4)
    record Held(@Key @U32 long id, @U64 long set) {}

    @OuterMap(inner = Queue.class, maxEntries = 4)
    record QueueBy(@U32 long id) {}

    @OuterMap(inner = Held.class, maxEntries = 4)
    record HeldBy(@U32 long id) {}
}
