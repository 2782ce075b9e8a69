/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;

/** kmesh: endpoints of clusters by name, with a text of 192 bytes as outer key and values of 64 KiB. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // values contain arrays
interface Clusters {
    @InnerMap(type = MapType.ARRAY, maxEntries = 1)
    record Endpoints(@Key @U32 long index, @U32 @Size(16381) int[] endpoints) {}

    @OuterMap(inner = Endpoints.class, maxEntries = 16384, flags = MapFlag.NO_PREALLOC)
    record Cluster(@Size(192) String name) {}
}
