/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;

/** Cilium: a table of 32749 backends per service, in one value, with an outer key of 16 bits. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // values contain arrays
interface ConsistentHashes {
    @InnerMap(type = MapType.ARRAY, maxEntries = 1)
    record Table(@Key @U32 long index, @U32 @Size(32749) int[] backends) {}

    @OuterMap(inner = Table.class, maxEntries = 64, flags = MapFlag.NO_PREALLOC, pin = "services/maglev")
    record Service(@U16 int id) {}
}
