/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U64;

/** Inspektor Gadget: perf events of a container. */
@BpfObject
interface TracedContainers {
    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 64)
    record Syscall(@U64 long mntNs, @U64 long number) {}

    @OuterMap(inner = Syscall.class, maxEntries = 1024)
    record Containers(@U64 long mntNs) {}
}
