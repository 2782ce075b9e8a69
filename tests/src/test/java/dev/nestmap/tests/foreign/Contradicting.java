/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.ByteString;

/** Records that contradict foreign_balancer.bpf.c: another length, sign and number of entries, and missing fields. */
@BpfObject(value = "foreign_contradicting", existing = true)
interface Contradicting {
    @Name("reals")
    @BpfMap(type = MapType.ARRAY, maxEntries = 7)
    record Backend(
            @Key @U32 int index,
            @Size(16) ByteString address,
            @Size(4) ByteString name) {}

    @Name("counters")
    @BpfMap
    record Counter(@Key @U32 long id, long packets, @U64 long bytes) {}
}
