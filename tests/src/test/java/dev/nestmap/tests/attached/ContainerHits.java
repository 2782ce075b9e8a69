/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The object of {@code Hits}, with a program in a section that libbpf does not know. */
@BpfObject(value = "container_hits", existing = true)
@BpfProgram(value = "count_hit", section = "from-container", loadAs = "tc")
interface ContainerHits {
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Hit(@Key @U32 int index, @U64 long count) {}
}
